import { type QueryKey, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { useLostSince } from '@/shared/api/live'
import { ask } from '@/shared/api/queries'
import type { Answer, Indicator, Query } from '@/shared/api/types'
import { lateFor } from '@/shared/ui/lateness'
import { useNow } from '@/shared/ui/use-now'
import type { WidgetStatus } from '@/shared/ui/widget-frame'

import { AnswerView } from './answer-view'

/** The indicators by full name, loaded before a board is drawn. */
export function useIndicators(): ReadonlyMap<string, Indicator> {
  const { data } = useSuspenseQuery(ask.indicators())
  return useMemo(() => new Map(data.map((indicator) => [indicator.id, indicator])), [data])
}

export type Asked = {
  status: WidgetStatus
  answer: Answer | null
  view: AnswerView | null
  staleFor: number | null
  /** The question itself, as the cache knows it. */
  key: QueryKey
}

/** Ask a query (unless it is not `wanted`), keep it fresh, and say in which of the five states its widget is. */
export function useAnswer(query: Query, wanted = true): Asked {
  const indicators = useIndicators()
  const datasets = [...new Set(query.indicators.flatMap((name) => indicators.get(name)?.dataset ?? []))]
  const question = ask.answer(query, datasets)
  const found = useQuery({ ...question, enabled: wanted })
  const live = query.as_of === undefined && query.time?.to === undefined
  const staleFor = useStaleness(live ? datasets : [])
  const answer = found.data ?? null
  const view = useMemo(() => (answer ? new AnswerView(answer) : null), [answer])
  let status: WidgetStatus = { kind: 'ready' }
  if (!view) {
    status = found.isError
      ? { kind: 'error', error: found.error, retry: () => void found.refetch() }
      : { kind: 'loading' }
  } else if (view.isEmpty) status = { kind: 'empty' }
  return { status, answer, view, staleFor, key: question.queryKey }
}

/**
 * Age in seconds of the most overdue of these datasets, or since when nothing reaches this page; 0 where only some of their
 * series are late, null while all speak as promised.
 */
export function useStaleness(datasets: readonly string[]): number | null {
  const { data = [] } = useQuery(ask.datasets())
  const lost = useLostSince()
  const now = useNow()
  const ages = data
    .filter(({ id }) => datasets.includes(id))
    .flatMap(({ freshness }) => lateFor(freshness) ?? [])
  if (lost !== null && datasets.length > 0) ages.push(Math.max(1, (now - lost) / 1000))
  return ages.length > 0 ? Math.max(...ages) : null
}
