import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'

import { call, type Search } from './client'
import type {
  Answer, Area, AreaDetail, Board, BoardSummary, BoardVersion, City, Connector, Coverage, Dataset, DatasetSummary, Field, FoundArea, Indicator,
  IndicatorDetail, Layer, LedgerLine, Query, QuarantineGroup, QuarantineRow, RecordPage, Session, SourceDetail, SourceFeeds,
  SourceLine, SourceRun, Thing, TrackSet, Unit, Wall, WallDisplay,
} from './types'

export type List<T> = { items: T[]; next?: string | null }
export const minute = 60_000
const pageSize = 1000

/** All items of a list, page after page. */
export async function all<T>(path: string, signal: AbortSignal, search: Record<string, string | undefined> = {}): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await call<List<T>>(path, { search: { ...search, limit: pageSize, cursor }, signal })
    items.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return items
}

/** Every question the screens ask. `meta.datasets` names the datasets whose commits make the answer old. */
export const ask = {
  city: () =>
    queryOptions({ queryKey: ['city'], queryFn: ({ signal }) => call<City>('/city', { signal }), staleTime: minute }),

  session: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => call<Session>('/session', { signal }),
      staleTime: 5 * minute,
    }),

  fields: () =>
    queryOptions({
      queryKey: ['fields'],
      queryFn: ({ signal }) => all<Field>('/fields', signal),
      meta: { live: true },
      staleTime: minute,
      refetchInterval: minute,
    }),

  /** The fields as they were known at a moment that is over. */
  fieldsAt: (moment: string) =>
    queryOptions({
      queryKey: ['fields', moment],
      queryFn: ({ signal }) => all<Field>('/fields', signal, { as_of: moment }),
      staleTime: Infinity,
    }),

  /** How many records of each dataset came in since a moment. */
  arrivals: (since: string) =>
    queryOptions({
      queryKey: ['arrivals', since],
      queryFn: async ({ signal }) =>
        (await call<{ items: { dataset: string; records: number }[] }>('/datasets/arrivals', { search: { since }, signal })).items,
      staleTime: minute,
      refetchInterval: minute,
    }),

  datasets: () =>
    queryOptions({
      queryKey: ['datasets'],
      queryFn: ({ signal }) => all<DatasetSummary>('/datasets', signal),
      staleTime: minute / 2,
      refetchInterval: minute,
    }),

  dataset: (id: string) =>
    queryOptions({
      queryKey: ['dataset', id],
      queryFn: ({ signal }) => call<Dataset>(`/datasets/${encodeURIComponent(id)}`, { signal }),
      meta: { datasets: [id] },
      staleTime: minute / 2,
    }),

  /** How much of what was promised came in during a period. */
  coverage: (id: string, search: { from: string; to: string; area?: string; as_of?: string }) =>
    queryOptions({
      queryKey: ['coverage', id, search],
      queryFn: ({ signal }) => call<Coverage>(`/datasets/${encodeURIComponent(id)}/coverage`, { search, signal }),
      placeholderData: keepPreviousData,
      staleTime: minute,
    }),

  records: (id: string, search: Search, live = true) =>
    queryOptions({
      queryKey: ['records', id, search],
      queryFn: ({ signal }) => call<RecordPage>(`/datasets/${encodeURIComponent(id)}/records`, { search, signal }),
      meta: { datasets: !live || search.as_of || search.cursor ? [] : [id] },
      placeholderData: keepPreviousData,
      staleTime: minute,
    }),

  indicators: () =>
    queryOptions({
      queryKey: ['indicators'],
      queryFn: ({ signal }) => all<Indicator>('/indicators', signal),
      staleTime: 10 * minute,
    }),

  /** An indicator with its definition. */
  indicator: (id: string) =>
    queryOptions({
      queryKey: ['indicator', id],
      queryFn: ({ signal }) => call<IndicatorDetail>(`/indicators/${encodeURIComponent(id)}`, { signal }),
      staleTime: 10 * minute,
    }),

  answer: (query: Query, datasets: readonly string[]) =>
    queryOptions({
      queryKey: ['answer', query],
      queryFn: ({ signal }) => call<Answer>('/query', { method: 'POST', body: query, signal }),
      meta: { datasets: query.as_of || query.time?.to ? [] : datasets },
      staleTime: minute,
    }),

  layers: () =>
    queryOptions({
      queryKey: ['layers'],
      queryFn: ({ signal }) => all<Layer>('/layers', signal),
      staleTime: 10 * minute,
    }),

  boards: () =>
    queryOptions({
      queryKey: ['boards'],
      queryFn: ({ signal }) => all<BoardSummary>('/boards', signal),
      staleTime: 10 * minute,
    }),

  board: (id: string) =>
    queryOptions({
      queryKey: ['board', id],
      queryFn: ({ signal }) => call<Board>(`/boards/${encodeURIComponent(id)}`, { signal }),
      staleTime: 10 * minute,
    }),

  /** A board as one of its versions was. */
  boardAt: (id: string, version: number) =>
    queryOptions({
      queryKey: ['board', id, version],
      queryFn: ({ signal }) => call<Board>(`/boards/${encodeURIComponent(id)}`, { search: { version }, signal }),
      staleTime: Infinity,
    }),

  boardVersions: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['board-versions', id],
      queryFn: ({ pageParam, signal }) =>
        call<List<BoardVersion>>(`/boards/${encodeURIComponent(id)}/versions`, { search: { limit: 20, cursor: pageParam }, signal }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),

  walls: () =>
    queryOptions({ queryKey: ['walls'], queryFn: ({ signal }) => all<Wall>('/walls', signal), staleTime: minute / 2 }),

  wall: (id: string) =>
    queryOptions({
      queryKey: ['walls', 'wall', id],
      queryFn: ({ signal }) => call<Wall>(`/walls/${encodeURIComponent(id)}`, { signal }),
      staleTime: minute / 2,
    }),

  displays: () =>
    queryOptions({
      queryKey: ['walls', 'displays'],
      queryFn: ({ signal }) => all<WallDisplay>('/displays', signal),
      staleTime: 10_000,
      refetchInterval: 10_000,
    }),

  units: () =>
    queryOptions({
      queryKey: ['units'],
      queryFn: ({ signal }) => all<Unit>('/units', signal),
      staleTime: 60 * minute,
    }),

  areas: (search: { parent?: string; level?: string; q?: string; date?: string }) =>
    queryOptions({
      queryKey: ['areas', search],
      queryFn: ({ signal }) => all<Area>('/areas', signal, search),
      staleTime: 60 * minute,
    }),

  /** Areas of all times by name; a former one says what it became. */
  findAreas: (q: string) =>
    queryOptions({
      queryKey: ['areas', 'found', q],
      queryFn: async ({ signal }) => (await call<List<FoundArea>>('/areas', { search: { q, limit: 8 }, signal })).items,
      staleTime: 60 * minute,
    }),

  /** Where the things of a layer were from one moment to another. */
  tracks: (layer: string, from: string, to: string) =>
    queryOptions({
      queryKey: ['tracks', layer, from, to],
      queryFn: ({ signal }) => call<TrackSet>(`/layers/${encodeURIComponent(layer)}/tracks`, { search: { from, to }, signal }),
      placeholderData: keepPreviousData,
      staleTime: 5 * minute,
      gcTime: minute,
    }),

  /** Named things of the map's layers. */
  findThings: (q: string) =>
    queryOptions({
      queryKey: ['things', q],
      queryFn: async ({ signal }) => (await call<List<Thing>>('/layers/things', { search: { q, limit: 6 }, signal })).items,
      staleTime: minute,
    }),

  area: (code: string) =>
    queryOptions({
      queryKey: ['area', code],
      queryFn: ({ signal }) => call<AreaDetail>(`/areas/${encodeURIComponent(code)}`, { signal }),
      staleTime: 60 * minute,
    }),

  ledger: (search: { dataset: string; from: string }) =>
    queryOptions({
      queryKey: ['ledger', search],
      queryFn: ({ signal }) => call<List<LedgerLine> & { balanced: boolean }>('/ledger', { search, signal }),
      meta: { datasets: [search.dataset] },
      staleTime: minute / 2,
    }),

  /** Sources with how each is; of one dataset where it is named. */
  sources: (dataset?: string) =>
    queryOptions({
      queryKey: dataset ? ['sources', 'of', dataset] : ['sources'],
      queryFn: ({ signal }) => all<SourceLine>('/sources', signal, { dataset }),
      staleTime: 10_000,
      refetchInterval: minute / 4,
    }),

  source: (id: string) =>
    queryOptions({
      queryKey: ['sources', 'one', id],
      queryFn: ({ signal }) => call<SourceDetail>(`/sources/${encodeURIComponent(id)}`, { signal }),
      staleTime: 3000,
      refetchInterval: 5000,
    }),

  sourceRuns: (id: string) =>
    queryOptions({
      queryKey: ['sources', 'runs', id],
      queryFn: async ({ signal }) => (await call<{ items: SourceRun[] }>(`/sources/${encodeURIComponent(id)}/runs`, { signal })).items,
      staleTime: 3000,
      refetchInterval: 5000,
    }),

  sourceFeeds: (id: string) =>
    queryOptions({
      queryKey: ['sources', 'feeds', id],
      queryFn: ({ signal }) => call<SourceFeeds>(`/sources/${encodeURIComponent(id)}/feeds`, { signal }),
      staleTime: minute,
    }),

  sourceLedger: (search: { source: string; dataset: string; from: string }) =>
    queryOptions({
      queryKey: ['ledger', search],
      queryFn: ({ signal }) => call<List<LedgerLine> & { balanced: boolean }>('/ledger', { search, signal }),
      meta: { datasets: [search.dataset] },
      staleTime: minute / 2,
    }),

  connectors: () =>
    queryOptions({
      queryKey: ['connectors'],
      queryFn: async ({ signal }) => (await call<{ items: Connector[] }>('/connectors', { signal })).items,
      staleTime: 10 * minute,
    }),

  quarantineReasons: (dataset: string) =>
    queryOptions({
      queryKey: ['quarantine', dataset, 'reasons'],
      queryFn: ({ signal }) => call<{ items: QuarantineGroup[] }>('/quarantine/reasons', { search: { dataset }, signal }),
      meta: { datasets: [dataset] },
      staleTime: minute / 2,
    }),

  quarantine: (search: { dataset: string; status: string; source?: string; code?: string; column?: string }) =>
    queryOptions({
      queryKey: ['quarantine', search.dataset, search],
      queryFn: ({ signal }) => call<List<QuarantineRow>>('/quarantine', { search, signal }),
      meta: { datasets: [search.dataset] },
      staleTime: minute / 2,
    }),
}
