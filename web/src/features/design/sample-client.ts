import { QueryClient, type QueryKey } from '@tanstack/react-query'

import { Problem } from '@/shared/api/client'
import type { City, Query } from '@/shared/api/types'
import { i18n } from '@/shared/i18n/i18n'

import { sampleAnswer, sampleDataset, sampleIndicators, sampleRecords } from './sample-answers'

export const widgetStates = ['loading', 'empty', 'error', 'stale', 'ready'] as const
export type WidgetState = (typeof widgetStates)[number]

function both(key: 'design.sample.refused' | 'design.sample.remedy') {
  return { vi: i18n.getFixedT('vi')(key), en: i18n.getFixedT('en')(key) }
}

function refusal(): Problem {
  const said = both('design.sample.refused')
  return new Problem({
    title: said.vi, title_en: said.en, status: 503, code: 'overloaded', remedy: both('design.sample.remedy'),
  })
}

/** What a sample answers in a state; places and the city itself are the real ones. */
function replyTo(key: QueryKey, state: WidgetState, city: City): unknown {
  const stale = state === 'stale'
  const empty = state === 'empty'
  switch (key[0]) {
    case 'city':
      return city
    case 'indicators':
      return sampleIndicators()
    case 'datasets':
      return [sampleDataset(stale)]
    case 'dataset':
      return sampleDataset(stale)
    case 'answer':
      return sampleAnswer(key[1] as Query, empty)
    case 'records':
      return sampleRecords(empty)
    default:
      return []
  }
}

const asked = new Set(['answer', 'records', 'dataset', 'layers'])

type Asked = { queryKey: QueryKey } & Record<string, unknown>

/** Answers every question of a widget by itself, so that each of its states can be looked at; the server is not asked. */
export function sampleClient(state: WidgetState, city: City): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const plain = client.defaultQueryOptions.bind(client) as unknown as (options: Asked) => Asked
  const answered = (options: Asked): Asked => {
    const made = plain(options)
    const questioned = asked.has(String(made.queryKey[0]))
    return {
      ...made,
      refetchInterval: false,
      refetchOnWindowFocus: false,
      staleTime: Infinity,
      queryFn: () => {
        if (state === 'loading' && questioned) return new Promise(() => undefined)
        if (state === 'error' && questioned) return Promise.reject(refusal())
        return Promise.resolve(replyTo(made.queryKey, state, city))
      },
    }
  }
  client.defaultQueryOptions = answered as unknown as typeof client.defaultQueryOptions
  return client
}
