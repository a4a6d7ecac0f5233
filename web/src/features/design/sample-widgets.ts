import type { Text, Widget, WidgetKind } from '@/shared/api/types'

import { countId, datasetId, sampleId, shareId } from './sample-answers'
import { type WidgetState, widgetStates } from './sample-client'

type Sample = { kind: WidgetKind; states: readonly WidgetState[]; widget: Omit<Widget, 'id' | 'kind' | 'at'> }

const ready: readonly WidgetState[] = ['ready']
const withoutAge: readonly WidgetState[] = ['loading', 'empty', 'error', 'ready']

/** One widget of each kind, as a board would declare it. Some ask nothing, so that they have fewer states. */
export function samples(text: { title: Text; body: Text; place: Text }): Sample[] {
  const all = widgetStates
  return [
    { kind: 'number', states: all, widget: { indicators: [sampleId], grain: 'hour', compare: 'previous', last: '24h' } },
    { kind: 'bullet', states: all, widget: { indicators: [shareId], by: ['place'], compare: 'target' } },
    { kind: 'line', states: all, widget: { indicators: [sampleId], by: ['place'], grain: 'hour', last: '2d' } },
    { kind: 'area', states: all, widget: { indicators: [countId], by: ['place'], grain: 'hour', last: '2d' } },
    { kind: 'bar', states: all, widget: { indicators: [sampleId], grain: 'hour', last: '2d' } },
    { kind: 'heat', states: all, widget: { indicators: [sampleId], grain: 'day', last: '180d' } },
    { kind: 'ranking', states: all, widget: { indicators: [shareId, countId], by: ['place'], order: shareId } },
    { kind: 'pie', states: all, widget: { indicators: [countId], by: ['place'] } },
    { kind: 'table', states: all, widget: { indicators: [sampleId, shareId], by: ['place'] } },
    { kind: 'status', states: all, widget: { indicators: [sampleId], by: ['place'], grain: 'hour', last: '6h' } },
    { kind: 'records', states: all, widget: { dataset: datasetId } },
    { kind: 'feed', states: all, widget: { dataset: datasetId } },
    { kind: 'timeline', states: all, widget: { dataset: datasetId, by: ['place'], columns: ['value'], last: '7d' } },
    { kind: 'map', states: withoutAge.filter((state) => state !== 'empty'), widget: { layers: [] } },
    { kind: 'text', states: ready, widget: { title: text.title, text: text.body } },
    { kind: 'page', states: ['empty', 'ready'], widget: { title: text.title, url: 'https://example.vn/' } },
    { kind: 'camera', states: ready, widget: { title: text.title, text: text.place } },
  ]
}
