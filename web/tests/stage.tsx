import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { render, screen } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'

import { ask } from '@/shared/api/queries'
import type {
  Answer, City, Dataset, DatasetSummary, Freshness, Indicator, Quality, Query, RecordColumn, RecordPage, Text, Widget,
} from '@/shared/api/types'

export const say = (vi: string, en = vi): Text => ({ vi, en })
export const quality: Quality = { complete: 1, correct: 1, clean: 1, live: 1 }

export const city: City = {
  title: say('Hải Phòng', 'Hai Phong'), area: '31', time_zone: 'Asia/Ho_Chi_Minh', demo: true, centre: null, zoom: 9,
  basemap: null, bounds: null, catalog: '0', progress: {}, version: '0', now: '2026-11-22T00:00:00Z', alarms: [], languages: ['vi', 'en'],
}

export const widget = (change: Partial<Widget>): Widget => ({ id: 'w', kind: 'number', at: { x: 0, y: 0, w: 6, h: 4 }, ...change })

export const indicator = (change: Partial<Indicator>): Indicator => ({
  id: 'd.received', title: say('Hồ sơ tiếp nhận', 'Dossiers received'), short: null, unit: 'hồ sơ', decimals: 0,
  dataset: 'd.dossier', dimensions: ['channel'], areas: ['commune', 'province'], positioned: false, per: 'day', direction: 'none', bands: [], figure: 'number', has_target: false,
  ranking: 'plain', pack: 'd', ...change,
})

type Column = [name: string, role: 'time' | 'dimension' | 'value', unit?: string]

export function answerOf(columns: Column[], rows: Answer['rows']): Answer {
  const first = columns.find(([, role]) => role === 'value')?.[0] ?? ''
  return {
    columns: columns.map(([name, role, unit = null]) => ({
      name, role, unit, title: say(name), decimals: 0, indicator: role === 'value' ? name : null, type: 'number',
    })),
    rows,
    provenance: {
      indicators: [{ indicator: first, bands: [], figure: 'number', quality, newest: '2026-11-22T00:00:00Z', target: null, legal: [], direction: 'none' }],
      period_from: '2026-11-15T00:00:00Z', period_to: '2026-11-22T00:00:00Z', query: { indicators: [first] },
    },
    next: null,
  } as unknown as Answer
}

const fresh: Freshness = { state: 'good', newest: '2026-11-22T00:00:00Z', age_seconds: 60 } as Freshness

export function datasetOf(change: Partial<Dataset> & { id: string }): Dataset {
  return {
    title: say('Chất lượng không khí', 'Air quality'), time: 'time', kind: 'event', columns: [], sources: [], quality,
    freshness: fresh, expect: null, ...change,
  } as unknown as Dataset
}

export function pageOf(columns: [string, string, RecordColumn['type'], string?][], rows: RecordPage['rows'], next: string | null = null): RecordPage {
  return { columns: columns.map(([name, title, type, unit = null]) => ({ name, title: say(title), type, unit })), rows, next } as RecordPage
}

type Given = {
  indicators?: Indicator[]
  answers?: [Query, Answer][]
  datasets?: Dataset[]
  stale?: number
}

/** Show something as it stands on a screen, with what the server has answered already; nothing is asked of the network. */
export async function stage(children: ReactNode, given: Given = {}, client = new QueryClient()) {
  client.setDefaultOptions({ queries: { staleTime: Infinity, retry: false } })
  client.setQueryData(ask.city().queryKey, city)
  client.setQueryData(ask.units().queryKey, [])
  client.setQueryData(ask.indicators().queryKey, given.indicators ?? [])
  const summaries = (given.datasets ?? []).map((one) => ({
    ...one,
    freshness: given.stale ? { ...fresh, state: 'bad', age_seconds: given.stale } : fresh,
  }))
  client.setQueryData(ask.datasets().queryKey, summaries as unknown as DatasetSummary[])
  for (const one of given.datasets ?? []) client.setQueryData(ask.dataset(one.id).queryKey, one)
  for (const [query, answer] of given.answers ?? []) client.setQueryData(ask.answer(query, []).queryKey, answer)
  const root = createRootRoute({ component: () => <Suspense fallback="…">{children}</Suspense> })
  const router = createRouter({ routeTree: root, history: createMemoryHistory() })
  const shown = render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <RouterProvider<typeof router> router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  await screen.findByRole('article')
  return { ...shown, client, router }
}
