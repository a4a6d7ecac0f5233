import { describe, expect, it } from 'vitest'

import type { City, Layer } from '@/shared/api/types'
import { drawnOf } from '@/shared/map/drawing-layers'
import { mapStyle } from '@/shared/map/map-style'
import { labelled } from '@/shared/map/places'
import type { Colours } from '@/shared/theme/colours'

import { city } from './stage'

const colours = {
  state: { good: '#1', watch: '#2', bad: '#3', unknown: '#4' }, series: ['#5', '#6', '#7', '#8'], text: '#9', dimmed: '#a',
  surface: '#b', map: { sea: '#c', land: '#d', home: '#e', line: '#f' },
} as Colours
const layers = [
  { id: 'a.points', kind: 'points', min_zoom: 5 },
  { id: 'a.areas', kind: 'areas', min_zoom: 0 },
] as Layer[]
const words = { hoangSa: 'Quần đảo Hoàng Sa (Việt Nam)', truongSa: 'Quần đảo Trường Sa (Việt Nam)', eastSea: 'Biển Đông' }
const style = (change: Partial<Parameters<typeof mapStyle>[0]> = {}) =>
  mapStyle({
    origin: 'http://x', colours, homeCode: '31', communes: ['10507'], area: null, layers, shown: layers.map(({ id }) => id),
    places: labelled([], city as City, 'vi', words), picked: null, locale: 'vi-VN', colouring: null, heat: [],
    drawn: drawnOf('line', []), ring: null, ...change,
  })

describe('the style of every map', () => {
  const variants = [
    {}, { heat: ['a.points'] }, { ring: [[106, 20], [107, 20], [107, 21]] as [number, number][] },
    { colouring: { level: 'commune' as const, banded: false, classes: [], values: new Map() } }, { shown: [] },
  ]

  it.each(variants)('names the archipelagos and the East Sea over everything, at every zoom (%#)', (change) => {
    const last = style(change).layers.slice(-3)
    expect(last.map(({ id }) => id)).toEqual(['archipelago-dot', 'name-sea', 'name-archipelago'])
    for (const layer of last) expect([layer.minzoom, layer.maxzoom]).toEqual([undefined, undefined])
    expect(JSON.stringify(style(change).sources.places)).toContain('Quần đảo Hoàng Sa (Việt Nam)')
    expect(JSON.stringify(style(change).sources.places)).toContain('Quần đảo Trường Sa (Việt Nam)')
  })

  it('draws a layer as density or as points, not both', () => {
    const ids = (change = {}) => style(change).layers.map(({ id }) => id).filter((id) => id.startsWith('a.points'))
    expect(ids()).toEqual(['a.points/many', 'a.points/count', 'a.points/one', 'a.points/label'])
    expect(ids({ heat: ['a.points'] })).toEqual(['a.points/heat'])
  })
})
