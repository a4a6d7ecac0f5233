import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

import { call } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import { sessionEnded, sessionGoesOn, tellTabs } from '@/shared/api/session-watch'
import type { Session } from '@/shared/api/types'

const key = ask.session().queryKey
const kept = new Set<unknown>(['city', 'session'])

/** How this page comes to act for somebody: what the same reader had on the screen stays, and is asked again; all else is forgotten. */
export function useSession() {
  const client = useQueryClient()

  const goOn = useCallback(
    ({ viewer, expires }: Session): void => {
      const same = client.getQueryData(key)?.viewer.id === viewer.id
      client.setQueryData(key, { viewer, expires })
      sessionGoesOn()
      const others = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => !kept.has(queryKey[0]) }
      void (same ? client.invalidateQueries(others) : client.resetQueries(others))
    },
    [client],
  )

  return useMemo(
    () => ({
      /** Somebody has signed in here. */
      enter(session: Session): void {
        goOn(session)
        tellTabs()
      },

      /** Sign out, also where the session is over already; the page goes on as the public's. */
      async leave(): Promise<void> {
        await call('/session', { method: 'DELETE' })
        goOn(await call<Session>('/session'))
        tellTabs()
      },

      /** Somebody signed in or out in another tab: follow, but keep the screen of a reader who is gone until one decides. */
      async follow(): Promise<void> {
        const now = await call<Session>('/session').catch(() => null)
        if (!now) return
        const before = client.getQueryData(key)
        if (now.viewer.kind === 'public' && before && before.viewer.kind !== 'public') sessionEnded()
        else goOn(now)
      },
    }),
    [client, goOn],
  )
}
