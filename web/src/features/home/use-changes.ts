import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'

import { ask } from '@/shared/api/queries'
import type { Field } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { changesOf } from './changes'
import { momentOf } from './since'
import { useIdle } from './use-idle'
import { useLastVisit } from './visit'

/** What changed since the chosen moment or the last visit; asked when home stands and the browser rests. */
export function useChanges(chosen: string | undefined, fields: readonly Field[] | undefined) {
  const format = useFormat()
  const { data: session } = useQuery(ask.session())
  const visit = useLastVisit(session?.viewer.id ?? '')
  const [opened] = useState(() => Date.now())
  const since = useMemo(() => momentOf(chosen, visit, opened, format), [chosen, visit, opened, format])
  const rested = useIdle(fields !== undefined)
  const { data: indicators } = useQuery(ask.indicators())
  const enabled = rested && since !== null
  const before = useQuery({ ...ask.fieldsAt(since ?? ''), enabled })
  const arrivals = useQuery({ ...ask.arrivals(since ?? ''), enabled })
  const changes = useMemo(() => {
    if (!before.data || !fields || !indicators) return null
    return changesOf(before.data, fields, (id) => indicators.find((one) => one.id === id)?.direction ?? 'none')
  }, [before.data, fields, indicators])
  return { since, visit, before, arrivals, changes }
}

export type Changes = ReturnType<typeof useChanges>
