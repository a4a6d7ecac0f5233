import { useMutation, useQueryClient } from '@tanstack/react-query'

import { call } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { SourceDetail } from '@/shared/api/types'

export type Act = { do: 'pause' | 'resume' | 'run' } | { do: 'again'; from: string; to: string }

/** Pause, resume, ask at once, fetch a range again. */
export function useActing(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: Act) =>
      act.do === 'again'
        ? call<SourceDetail>(`/sources/${encodeURIComponent(id)}/spans`, { method: 'POST', body: { from: act.from, to: act.to } })
        : call<SourceDetail>(`/sources/${encodeURIComponent(id)}/${act.do}`, { method: 'POST' }),
    onSuccess: async (detail) => {
      client.setQueryData(ask.source(id).queryKey, detail)
      await client.invalidateQueries({ queryKey: ['sources'] })
    },
  })
}

export type Acting = ReturnType<typeof useActing>

/** Declare a source as it is, with other secrets. */
export function useSecrets(detail: SourceDetail) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (secrets: Record<string, string | null>) =>
      call<SourceDetail>(`/sources/${encodeURIComponent(detail.id)}`, {
        method: 'PUT',
        body: { declaration: detail.declaration, secrets },
      }),
    onSuccess: (saved) => {
      client.setQueryData(ask.source(detail.id).queryKey, saved)
      void client.invalidateQueries({ queryKey: ['sources'] })
    },
  })
}
