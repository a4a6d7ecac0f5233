import { queryOptions } from '@tanstack/react-query'

import { call } from './client'
import { all, type List, minute } from './queries'
import type { DelegationList, Duty, EntryForm, Submission } from './types'

/** One unit's figures of one period. */
export type SubmissionKey = { dataset: string; unit: string; period: string }

/** The address of a submission below /api/v1. */
export function submissionPath({ dataset, unit, period }: SubmissionKey): string {
  return `/submissions/${[dataset, unit, period].map(encodeURIComponent).join('/')}`
}

/** What the entry desk asks, and whoever counts what waits there. */
export const askEntry = {
  /** Forms that concern the reader. */
  forms: () =>
    queryOptions({
      queryKey: ['entry', 'forms'],
      queryFn: async ({ signal }) => (await call<List<EntryForm>>('/forms', { signal })).items,
      staleTime: 10 * minute,
    }),

  /** Submissions that are asked for, the newest due first. */
  duties: () =>
    queryOptions({
      queryKey: ['entry', 'duties'],
      queryFn: ({ signal }) => all<Duty>('/submissions', signal),
      staleTime: minute / 2,
      refetchInterval: minute,
    }),

  submission: (key: SubmissionKey) =>
    queryOptions({
      queryKey: ['entry', 'submission', key],
      queryFn: ({ signal }) => call<Submission>(submissionPath(key), { signal }),
      staleTime: minute / 2,
    }),

  delegations: () =>
    queryOptions({
      queryKey: ['entry', 'delegations'],
      queryFn: ({ signal }) => call<DelegationList>('/delegations', { signal }),
      staleTime: minute / 2,
    }),
}
