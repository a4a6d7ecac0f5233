import type { DatasetSummary, Indicator, Layer, Text, Widget, WidgetKind } from '@/shared/api/types'

/** Something that a widget can show. */
export type Thing =
  | { type: 'indicator'; id: string; indicator: Indicator }
  | { type: 'dataset'; id: string; dataset: DatasetSummary }
  | { type: 'layer'; id: string; layer: Layer }
  | { type: 'text' | 'page' | 'camera'; id: 'text' | 'page' | 'camera' }

const sizes: Record<WidgetKind, { w: number; h: number }> = {
  number: { w: 3, h: 3 },
  bullet: { w: 4, h: 4 },
  line: { w: 6, h: 4 },
  bar: { w: 6, h: 4 },
  area: { w: 6, h: 4 },
  heat: { w: 6, h: 4 },
  ranking: { w: 6, h: 4 },
  pie: { w: 4, h: 4 },
  table: { w: 6, h: 5 },
  map: { w: 6, h: 7 },
  records: { w: 6, h: 5 },
  timeline: { w: 6, h: 4 },
  status: { w: 4, h: 4 },
  text: { w: 4, h: 2 },
  feed: { w: 4, h: 5 },
  page: { w: 6, h: 6 },
  camera: { w: 4, h: 4 },
}

export const kindIcons: Record<WidgetKind, string> = {
  number: 'gauge',
  bullet: 'target-arrow',
  line: 'chart-line',
  bar: 'chart-bar',
  area: 'chart-histogram',
  heat: 'grid-dots',
  ranking: 'trophy',
  pie: 'chart-pie',
  table: 'table',
  map: 'map-2',
  records: 'list-details',
  timeline: 'clock',
  status: 'radar',
  text: 'file-text',
  page: 'world',
  camera: 'device-cctv',
  feed: 'news',
}

/** Kinds whose rows are parts: they say nothing without a split. */
const parted = new Set<WidgetKind>(['ranking', 'pie'])
/** Kinds that may be split. */
export const splittable = new Set<WidgetKind>(['line', 'bar', 'area', 'heat', 'ranking', 'pie', 'table', 'status', 'bullet'])
/** Kinds that have a period of their own. */
export const timed = new Set<WidgetKind>([
  'number', 'bullet', 'line', 'bar', 'area', 'heat', 'ranking', 'pie', 'table', 'status', 'timeline',
])

/** The kinds of widget that fit an indicator: parts need a split, states need bands, a bullet needs a target. */
export function kindsOf(thing: Thing): WidgetKind[] {
  switch (thing.type) {
    case 'indicator': {
      const { dimensions, bands, has_target: target } = thing.indicator
      const found: WidgetKind[] = ['number', 'line', 'area', 'bar', 'table']
      if (dimensions.length > 0) found.push('ranking', 'pie', 'heat')
      if (bands.length > 0) found.push('status')
      if (target) found.push('bullet')
      return found
    }
    case 'dataset':
      return ['records', 'feed', 'timeline', 'status']
    case 'layer':
      return ['map']
    default:
      return [thing.type]
  }
}

/** The thing that a widget shows first. */
export function thingOf(widget: Widget, known: Known): Thing | null {
  const indicator = known.indicators.get(widget.indicators?.[0] ?? '')
  if (indicator) return { type: 'indicator', id: indicator.id, indicator }
  const dataset = known.datasets.get(widget.dataset ?? '')
  if (dataset) return { type: 'dataset', id: dataset.id, dataset }
  const layer = known.layers.get(widget.layers?.[0] ?? '')
  if (layer) return { type: 'layer', id: layer.id, layer }
  const { kind } = widget
  return kind === 'text' || kind === 'page' || kind === 'camera' ? { type: kind, id: kind } : null
}

export type Known = {
  indicators: ReadonlyMap<string, Indicator>
  datasets: ReadonlyMap<string, DatasetSummary>
  layers: ReadonlyMap<string, Layer>
}

/** A number of these steps speaks of today. */
const quick = new Set<Indicator['per']>(['minute', 'quarter_hour', 'hour'])

/** A widget of `kind` that shows `thing`, before it has an identifier and a spot. */
export function newWidget(thing: Thing, kind: WidgetKind, note: Text): Omit<Widget, 'id' | 'at'> & { size: { w: number; h: number } } {
  const size = sizes[kind]
  switch (thing.type) {
    case 'indicator': {
      const recent = kind === 'number' && quick.has(thing.indicator.per) ? { last: '24h' } : {}
      return { size, ...asKind({ kind, indicators: [thing.id], ...recent }, kind, thing.indicator) }
    }
    case 'dataset':
      return { size, kind, dataset: thing.id, ...(kind === 'status' || kind === 'timeline' ? {} : { limit: 50 }) }
    case 'layer':
      return { size, kind, layers: [thing.id] }
    case 'page':
      return { size, kind, url: '' }
    case 'camera':
      return { size, kind }
    case 'text':
      return { size, kind, text: note }
  }
}

type Shown = Pick<Widget, 'kind'> & Partial<Widget>

/** The same widget as another kind, with a split where the new kind needs one and without what it does not understand. */
export function asKind<W extends Shown>(widget: W, kind: WidgetKind, indicator: Indicator | undefined): W {
  const next: W = { ...widget, kind }
  if (widget.kind === 'table' && kind !== 'table') next.indicators = next.indicators?.slice(0, 1)
  const by = next.by ?? []
  if (parted.has(kind) && by.length === 0 && indicator?.dimensions[0]) next.by = [indicator.dimensions[0]]
  if (!splittable.has(kind)) next.by = []
  if (kind === 'bullet' && !next.compare) next.compare = 'target'
  if (kind === 'heat' && by.length === 0) Object.assign(next, { grain: next.grain ?? 'day', last: next.last ?? '365d' })
  if (parted.has(kind)) {
    next.grain = null
    const first = next.indicators?.[0]
    if (kind === 'ranking' && first) Object.assign(next, { order: `-${first}`, limit: next.limit ?? 12 })
  } else if ((next.by ?? []).length === 0 && kind !== 'table') next.order = null
  return next
}

/** The same widget for another indicator: what the new one does not have is left out. */
export function asIndicator(widget: Widget, indicator: Indicator): Widget {
  const by = (widget.by ?? []).filter((one) => one.startsWith('area') || indicator.dimensions.includes(one))
  const fits = kindsOf({ type: 'indicator', id: indicator.id, indicator })
  const kind = fits.includes(widget.kind) ? widget.kind : 'number'
  const bare: Widget = { ...widget, indicators: [indicator.id], by, order: null, where: {}, title: null }
  return asKind(bare, kind, indicator)
}
