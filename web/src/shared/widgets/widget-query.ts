import type { Compare, Grain, Indicator, Query, Widget } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { type Drawing, ringOf } from '@/shared/geo/drawing'

/** A value chosen in one widget, which filters the others. */
export type Pick = {
  column: string
  value: string
  /** The widget it was chosen in, which itself keeps showing all. */
  widget: string
  /** What that widget reads: a column of the same name elsewhere may mean something else. */
  datasets: readonly string[]
}

/** What the pickers of a board say; what is undefined is left to the board and its widgets. */
export type BoardView = {
  /** The board's own period. */
  boardLast: string
  last?: string
  from?: string
  to?: string
  /** The moment chosen on a map, where `from` and `to` end, and the period that the pickers say. */
  moment?: string
  scope?: { last?: string; from?: string; to?: string }
  compare?: Compare | 'none'
  asOf?: string
  area?: string
  /** What is drawn on a map; what it encloses filters whatever has a position. */
  shape?: Drawing
  level?: 'commune' | 'province'
  boundaries?: string
  picks?: readonly Pick[]
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
  const asked = indicators.filter(({ id }) => names.includes(id))
  const by = (widget.by ?? []).map((name) => (view.level && isArea(name) ? `area:${view.level}` : name))
  const time = periodOf(widget, view)
  const finest = asked
    .map(({ per }) => per)
    .toSorted((a, b) => secondsOf(b) - secondsOf(a))[0]
  const timed = overTime.has(widget.kind) || (widget.grain ?? null) !== null || (widget.kind === 'bar' && by.length === 0)
  const query: Query = { indicators: names, time }
  if (by.length > 0) query.by = by
  if (timed) query.grain = fitGrain(widget.grain ?? null, finest ?? 'minute', spanSeconds(time))
  const picked = (view.picks ?? []).filter((pick) => picksApply(pick, widget, asked))
  const ring = view.shape && fits(names, indicators) ? ringOf(view.shape) : null
  const where: NonNullable<Query['where']> = {
    ...widget.where,
    ...Object.fromEntries(picked.map(({ column, value }) => [column, value])),
    ...(view.area && isLocated(asked) ? { area: view.area } : {}),
    ...(ring ? { place: { within: ring } } : {}),
  }
  if (Object.keys(where).length > 0) query.where = where
  const compare = compareOf(widget, view)
  if (compare) query.compare = [compare]
  if (view.asOf) query.as_of = view.asOf
  if (view.boundaries) query.boundaries = view.boundaries
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

function isArea(dimension: string): boolean {
  return dimension === 'area' || dimension.startsWith('area:')
}

function isLocated(asked: readonly Indicator[]): boolean {
  return asked.every(({ areas }) => areas.length > 0)
}

/** Whether a choice made elsewhere means something to a widget: all it asks has that dimension of the same data. */
function picksApply(pick: Pick, widget: Widget, asked: readonly Indicator[]): boolean {
  if (pick.widget === widget.id || asked.length === 0) return false
  return asked.every(({ dimensions, dataset }) => dimensions.includes(pick.column) && pick.datasets.includes(dataset))
}

export type Limit = { kind: 'period' | 'compare' | 'area' | 'boundaries' | 'as_of' } | { kind: 'pick'; pick: Pick }

const withoutQuestion = new Set<Widget['kind']>(['map', 'records', 'feed', 'timeline', 'status', 'text', 'page', 'camera'])
const withoutData = new Set<Widget['kind']>(['text', 'page', 'camera'])

/** Which of the board's pickers a widget cannot follow, so that it can say so. */
export function limitsOf(widget: Widget, view: BoardView, indicators: readonly Indicator[]): Limit[] {
  if (withoutData.has(widget.kind)) return []
  const asked = indicators.filter(({ id }) => widget.indicators?.includes(id))
  const questioned = asked.length > 0 && (!withoutQuestion.has(widget.kind) || widget.kind === 'status')
  const found: Limit[] = []
  if ((view.last && !questioned && widget.kind !== 'timeline') || (view.from && !(view.moment && widget.kind === 'map') && ['map', 'feed', 'status'].includes(widget.kind) && !questioned)) {
    found.push({ kind: 'period' })
  }
  if (view.compare && view.compare !== 'none' && compareOf(widget, view) !== view.compare) found.push({ kind: 'compare' })
  if (view.area && ((questioned && !isLocated(asked)) || (widget.kind === 'status' && !questioned))) found.push({ kind: 'area' })
  if (view.boundaries && !questioned) found.push({ kind: 'boundaries' })
  if (view.asOf && (widget.kind === 'map' || (widget.kind === 'status' && !questioned))) found.push({ kind: 'as_of' })
  for (const pick of view.picks ?? []) {
    const applies = widget.dataset && ['records', 'feed', 'timeline'].includes(widget.kind)
      ? pick.datasets.includes(widget.dataset)
      : picksApply(pick, widget, asked)
    if (!applies && pick.widget !== widget.id) found.push({ kind: 'pick', pick })
  }
  return found
}

function compareOf(widget: Widget, view: BoardView): Compare | null {
  if (!comparable.has(widget.kind)) return widget.compare ?? null
  if (view.compare === undefined) return widget.compare ?? null
  if (view.compare === 'none') return null
  const manyLines = (widget.by?.length ?? 0) > 0 && (widget.kind === 'line' || widget.kind === 'area')
  return manyLines ? null : view.compare
}

/** `-aqi_hour` on a board of the pack means the widget's own indicator of that name. */
export function orderOf(order: string, names: readonly string[]): string {
  const turned = order.startsWith('-')
  const name = turned ? order.slice(1) : order
  const full = names.find((candidate) => candidate === name || candidate.endsWith(`.${name}`)) ?? name
  return turned ? `-${full}` : full
}
