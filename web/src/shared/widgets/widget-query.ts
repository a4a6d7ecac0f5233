import type { Compare, Grain, Indicator, Query, Widget } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { type Drawing, ringOf } from '@/shared/geo/drawing'

/** What the pickers of a board say; what is undefined is left to the board and its widgets. */
export type BoardView = {
  /** The board's own period. */
  boardLast: string
  last?: string
  from?: string
  to?: string
  compare?: Compare | 'none'
  asOf?: string
  area?: string
  /** What is drawn on a map; what it encloses filters whatever has a position. */
  shape?: Drawing
}

const steps: [Grain, number][] = [
  ['minute', 60],
  ['quarter_hour', 900],
  ['hour', 3600],
  ['day', 86_400],
  ['week', 604_800],
  ['month', 2_629_800],
  ['quarter', 7_889_400],
  ['year', 31_557_600],
]
const mostPoints = 400
const fewestPoints = 2

function secondsOf(grain: Grain): number {
  return steps.find(([name]) => name === grain)?.[1] ?? 86_400
}

/** Milliseconds of a step that is always as long; null for months, quarters and years. */
export function stepOf(grain: Grain | null | undefined): number | null {
  return grain && !['month', 'quarter', 'year'].includes(grain) ? secondsOf(grain) * 1000 : null
}

/** The step nearest to `wanted` that is no finer than `finest` and gives a readable number of points over `span`. */
export function fitGrain(wanted: Grain | null, finest: Grain, span: number): Grain {
  const from = steps.findIndex(([name]) => name === finest)
  const allowed = steps.slice(Math.max(0, from))
  const readable = allowed.filter(([, length]) => span / length <= mostPoints && span / length >= fewestPoints)
  const pool = readable.length > 0 ? readable : [allowed.findLast(([, length]) => span / length >= 1) ?? allowed[0]]
  if (wanted === null) {
    const fine = pool.find((step) => step !== undefined && span / step[1] <= 200)
    return (fine ?? pool.at(-1))?.[0] ?? finest
  }
  const length = secondsOf(wanted)
  const best = pool.toSorted((a, b) => Math.abs(Math.log((a?.[1] ?? 1) / length)) - Math.abs(Math.log((b?.[1] ?? 1) / length)))
  return best[0]?.[0] ?? wanted
}

/** A number speaks of now and a calendar of its year; a chosen preset moves the others. */
const keepsItsPeriod = new Set<Widget['kind']>(['number', 'status', 'heat'])

/** The period of a widget under the board's pickers. */
export function periodOf(widget: Widget, view: BoardView): { last?: string; from?: string; to?: string } {
  if (view.from) return view.to ? { from: view.from, to: view.to } : { from: view.from }
  if (widget.last && (view.last === undefined || keepsItsPeriod.has(widget.kind))) return { last: widget.last }
  return { last: view.last ?? widget.last ?? view.boardLast }
}

export function spanSeconds(period: { last?: string; from?: string; to?: string }): number {
  if (period.last) return parseDuration(period.last) ?? 604_800
  const to = period.to ? Date.parse(period.to) : Date.now()
  return Math.max(1, (to - Date.parse(period.from ?? '')) / 1000)
}

const overTime = new Set<Widget['kind']>(['line', 'area', 'heat'])
const comparable = new Set<Widget['kind']>(['number', 'line', 'area', 'table', 'bullet'])

/** What a widget asks under the board's pickers. */
export function widgetQuery(widget: Widget, view: BoardView, indicators: readonly Indicator[]): Query {
  const names = widget.indicators ?? []
  const by = widget.by ?? []
  const time = periodOf(widget, view)
  const finest = indicators
    .filter(({ id }) => names.includes(id))
    .map(({ per }) => per)
    .toSorted((a, b) => secondsOf(b) - secondsOf(a))[0]
  const timed = overTime.has(widget.kind) || (widget.grain ?? null) !== null || (widget.kind === 'bar' && by.length === 0)
  const query: Query = { indicators: names, time }
  if (by.length > 0) query.by = by
  if (timed) query.grain = fitGrain(widget.grain ?? null, finest ?? 'minute', spanSeconds(time))
  const ring = view.shape && fits(names, indicators) ? ringOf(view.shape) : null
  const where = { ...widget.where, ...(view.area ? { area: view.area } : {}), ...(ring ? { place: { within: ring } } : {}) }
  if (Object.keys(where).length > 0) query.where = where
  const compare = compareOf(widget, view)
  if (compare) query.compare = [compare]
  if (view.asOf) query.as_of = view.asOf
  if (widget.order) query.order = [orderOf(widget.order, names)]
  if (widget.limit) query.limit = widget.limit
  return query
}

/** Whether all these indicators read records with a position. */
function fits(names: readonly string[], indicators: readonly Indicator[]): boolean {
  return names.every((name) => indicators.find(({ id }) => id === name)?.positioned)
}

/** Whether a drawing on the board leaves a widget as it is, which it then says. */
export function escapes(view: BoardView, positioned: boolean): boolean {
  return !positioned && view.shape !== undefined && ringOf(view.shape) !== null
}

function compareOf(widget: Widget, view: BoardView): Compare | null {
  if (!comparable.has(widget.kind)) return widget.compare ?? null
  if (view.compare === undefined) return widget.compare ?? null
  if (view.compare === 'none') return null
  const manyLines = (widget.by?.length ?? 0) > 0 && (widget.kind === 'line' || widget.kind === 'area')
  return manyLines ? null : view.compare
}

/** `-aqi_hour` on a board of the pack means the widget's own indicator of that name. */
function orderOf(order: string, names: readonly string[]): string {
  const turned = order.startsWith('-')
  const name = turned ? order.slice(1) : order
  const full = names.find((candidate) => candidate === name || candidate.endsWith(`.${name}`)) ?? name
  return turned ? `-${full}` : full
}
