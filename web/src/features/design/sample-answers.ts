import type { Answer, AnswerColumn, Band, Dataset, Grain, Indicator, Quality, Query, RecordPage, Scalar, Text } from '@/shared/api/types'
import { i18n } from '@/shared/i18n/i18n'

export const sampleId = 'sample.measure'
export const countId = 'sample.count'
export const shareId = 'sample.share'
export const datasetId = 'sample.records'
const places = 5
const hour = 3_600_000
const day = 24 * hour

function both(key: string): Text {
  return { vi: String(i18n.getFixedT('vi')(key as never)), en: String(i18n.getFixedT('en')(key as never)) }
}

const placeName = (place: number): string => String(i18n.t('design.sample.place', { letter: 'ABCDE'[place] ?? '' }))

const bands: Required<Band>[] = [
  { state: 'good', from: null, below: 100, title: null, colour: null } as unknown as Required<Band>,
  { state: 'watch', from: 100, below: 150, title: null, colour: null } as unknown as Required<Band>,
  { state: 'bad', from: 150, below: null, title: null, colour: null } as unknown as Required<Band>,
]

export function sampleIndicators(): Indicator[] {
  const shared = { short: null, dataset: datasetId, dimensions: ['place'], areas: ['commune'], positioned: false, per: 'hour' as const, figure: 'number' as const, has_target: true, pack: 'sample' }
  return [
    { ...shared, id: sampleId, title: both('design.sample.measure'), unit: 'µg/m³', decimals: 0, direction: 'down', ranking: 'plain', bands },
    { ...shared, id: countId, title: both('design.sample.count'), unit: '1', decimals: 0, direction: 'none', ranking: 'plain', bands: [] },
    { ...shared, id: shareId, title: both('design.sample.share'), unit: '%', decimals: 1, direction: 'up', ranking: 'funnel', bands: [] },
  ]
}

const quality: Quality = { complete: 0.98, correct: 1, clean: 0.86, live: 1 }

export function sampleDataset(stale: boolean): Dataset {
  const now = Date.now()
  const age = stale ? 7200 : 240
  return {
    id: datasetId, title: both('design.sample.records'), time: 'time', kind: 'event', quality, sources: [
      { id: 'sample.source', title: both('design.sample.source'), newest: new Date(now - age * 1000).toISOString() },
    ],
    columns: [], expect: null,
    freshness: { state: stale ? 'bad' : 'good', newest: new Date(now - age * 1000).toISOString(), age_seconds: age },
  } as unknown as Dataset
}

/** The length of a step in a sample. */
function stepOf(grain: Grain): number {
  return grain === 'day' ? day : hour
}

/** A calm wave with one peak, the same whenever it is looked at. */
function wave(place: number, step: number): number {
  return Math.round(70 + 18 * place + 32 * Math.sin(step / 5 + place) + (step % 17 === 3 ? 24 : 0))
}

const counted = [420, 260, 140, 60, 20]
const count = (place: number, step: number) => Math.round((counted[place] ?? 0) * (1 + 0.3 * Math.sin(step / 6 + place)))
const shares = [97.6, 88.2, 93.4, 96.1, 84]
const cases = [420, 260, 140, 60, 12]
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function valueOf(indicator: string, place: number | null, step: number): number {
  if (indicator === countId) return place === null ? [0, 1, 2, 3, 4].reduce((sum, one) => sum + count(one, step), 0) : count(place, step)
  if (indicator === shareId) return place === null ? mean(shares) : (shares[place] ?? 0)
  return place === null ? mean([0, 1, 2, 3, 4].map((one) => wave(one, step))) : wave(place, step)
}

/** An answer of the shape that a query asks for, with made-up figures. */
export function sampleAnswer(query: Query, empty: boolean): Answer {
  const indicators = sampleIndicators()
  const now = Math.floor(Date.now() / day) * day
  const steps = query.grain === 'day' ? 180 : 48
  const times = query.grain ? Array.from({ length: steps }, (_, step) => ({ step, at: now - (steps - step) * stepOf(query.grain ?? 'hour') })) : [null]
  const split = (query.by?.length ?? 0) > 0
  const parts = split ? Array.from({ length: places }, (_, place) => place) : [null]
  const compared = query.compare?.[0]
  const rows: Scalar[][] = empty
    ? []
    : times.flatMap((time) =>
        parts.map((place) => {
          const values = query.indicators.map((name, order) =>
            name === countId && order > 0 && place !== null ? (cases[place] ?? 0) : valueOf(name, place, time?.step ?? 7),
          )
          return [
            ...(time ? [new Date(time.at).toISOString()] : []),
            ...(place === null ? [] : [placeName(place)]),
            ...values.flatMap((value) => (compared ? [value, compared === 'target' ? 90 : Math.round(value * 0.9)] : [value])),
          ]
        }),
      )
  const column = (name: string, role: string, more: Partial<AnswerColumn> = {}) =>
    ({ name, role, title: both('design.sample.column'), unit: null, decimals: null, indicator: null, type: 'number', ...more }) as unknown as AnswerColumn
  return {
    columns: [
      ...(query.grain ? [column('time', 'time')] : []),
      ...(split ? [column('place', 'dimension')] : []),
      ...query.indicators.flatMap((name) => {
        const declared = indicators.find(({ id }) => id === name)
        const value = column(name, 'value', { indicator: name, unit: declared?.unit, decimals: declared?.decimals, title: declared?.title })
        return compared ? [value, column(`${name}__${compared}`, 'compared', { indicator: name })] : [value]
      }),
    ],
    rows,
    provenance: {
      indicators: query.indicators.map((indicator) => ({
        indicator, quality, newest: new Date(Date.now() - 240_000).toISOString(), legal: [], direction: 'none', figure: 'number',
        bands: indicators.find(({ id }) => id === indicator)?.bands ?? [], target: indicator === countId ? null : 90,
      })),
      period_from: new Date(now - steps * (query.grain ? stepOf(query.grain) : hour)).toISOString(),
      period_to: new Date(now).toISOString(), query,
    },
    next: null,
  } as unknown as Answer
}

export function sampleRecords(empty: boolean): RecordPage {
  const now = Math.floor(Date.now() / hour) * hour
  return {
    columns: [
      { name: 'time', title: both('design.sample.time'), type: 'time', unit: null },
      { name: 'place', title: both('design.sample.column'), type: 'code', unit: null },
      { name: 'value', title: both('design.sample.measure'), type: 'number', unit: 'µg/m³' },
    ],
    rows: empty
      ? []
      : Array.from({ length: 24 }, (_, step) => [
          new Date(now - step * step * 0.3 * hour).toISOString(), placeName((step * 3) % places), wave(step % places, step),
        ]),
    next: null,
  }
}
