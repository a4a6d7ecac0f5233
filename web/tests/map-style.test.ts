import { describe, expect, it } from 'vitest'

import type { Basemap, City, Layer } from '@/shared/api/types'
import { drawnOf } from '@/shared/map/drawing-layers'
import { baseOf, basemapSourceOf } from '@/shared/map/basemap'
import { mapStyle } from '@/shared/map/map-style'
import { labelled } from '@/shared/map/places'
import { pointLabel } from '@/shared/map/point-label'
import type { Colours } from '@/shared/theme/colours'

import { city, say } from './stage'

const colours = {
  state: { good: '#1', watch: '#2', bad: '#3', unknown: '#4' }, series: ['#5', '#6', '#7', '#8'], text: '#9', dimmed: '#a',
  surface: '#b', map: { sea: '#c', land: '#d', home: '#e', line: '#f', picture: 0.65 },
} as Colours
const layers = [
  { id: 'a.points', kind: 'points', min_zoom: 5 },
  { id: 'a.areas', kind: 'areas', min_zoom: 0 },
] as Layer[]
const words = { hoangSa: 'Quần đảo Hoàng Sa (Việt Nam)', truongSa: 'Quần đảo Trường Sa (Việt Nam)', eastSea: 'Biển Đông' }
const photo: Basemap = {
  kind: 'raster', title: say('Ảnh hàng không', 'Aerial photo'), tiles: '/photo/{z}/{x}/{y}.png', tile_size: 512, max_zoom: 19,
  attribution: say('© Sở <b>thử</b>'), terms: 'https://x.example/"onclick="', visible: false,
}
const basemap = basemapSourceOf(photo, 'http://x', ({ vi }) => vi)
const style = (change: Partial<Parameters<typeof mapStyle>[0]> = {}) =>
  mapStyle({
    origin: 'http://x', colours, homeCode: '31', communes: ['10507'], area: null, layers, shown: layers.map(({ id }) => id),
    places: labelled([], city as City, 'vi', words), picked: null, locale: 'vi-VN', colouring: null, heat: [], basemap: null,
    drawn: drawnOf('line', []), ring: null, ...change,
  })

describe('the style of every map', () => {
  const variants = [
    {}, { heat: ['a.points'] }, { ring: [[106, 20], [107, 20], [107, 21]] as [number, number][] },
    { colouring: { level: 'commune' as const, banded: false, classes: [], values: new Map() } }, { shown: [] }, { basemap },
  ]

  it.each(variants)('names the archipelagos and the East Sea over everything, at every zoom (%#)', (change) => {
    const last = style(change).layers.slice(-3)
    expect(last.map(({ id }) => id)).toEqual(['archipelago-dot', 'name-sea', 'name-archipelago'])
    for (const layer of last) expect([layer.minzoom, layer.maxzoom]).toEqual([undefined, undefined])
    expect(JSON.stringify(style(change).sources.places)).toContain('Quần đảo Hoàng Sa (Việt Nam)')
    expect(JSON.stringify(style(change).sources.places)).toContain('Quần đảo Trường Sa (Việt Nam)')
  })

  it('lays the background of the city over our ground and below everything else', () => {
    const colouring = { level: 'commune' as const, banded: false, classes: [], values: new Map() }
    const ids = style({ basemap, colouring }).layers.map(({ id }) => id)
    const without = style({ colouring }).layers.map(({ id }) => id)
    expect(ids.slice(0, 4)).toEqual(['sea', 'land', 'commune', 'basemap'])
    expect(ids.filter((id) => id !== 'basemap')).toEqual(without)
    expect(style({ basemap }).layers[3]).toMatchObject({ paint: { 'raster-brightness-max': 0.65 } })
    expect(style().sources).not.toHaveProperty('basemap')
  })

  it('asks for its squares with the address that the city gave, and says whose they are as text', () => {
    expect(style({ basemap }).sources.basemap).toEqual({
      type: 'raster', tiles: ['http://x/photo/{z}/{x}/{y}.png'], tileSize: 512, maxzoom: 19,
      attribution: '<a href="https://x.example/%22onclick=%22" target="_blank" rel="noreferrer">© Sở &lt;b&gt;thử&lt;/b&gt;</a>',
    })
    const elsewhere = { ...photo, tiles: 'https://a.example/{z}/{x}/{y}.png', terms: null }
    expect(basemapSourceOf(elsewhere, 'http://x', ({ vi }) => vi)).toMatchObject({
      tiles: ['https://a.example/{z}/{x}/{y}.png'], attribution: '© Sở &lt;b&gt;thử&lt;/b&gt;',
    })
  })

  it('draws the background that people chose, or else the one that the city says', () => {
    const has = (visible: boolean) => ({ ...city, basemap: { ...photo, visible } })
    expect([baseOf(has(false), undefined), baseOf(has(true), undefined)]).toEqual(['own', 'city'])
    expect([baseOf(has(false), 'city'), baseOf(has(true), 'own')]).toEqual(['city', 'own'])
    expect(baseOf(city, 'city')).toBe('own')
  })

  it('says a value beside its point in the words of its bands, or as number and unit', () => {
    const legend = [
      { state: 'good', from: null, below: 1, title: { vi: 'Dưới báo động 1', en: 'Below level 1' }, colour: null },
      { state: 'bad', from: 1, below: null, title: { vi: 'Báo động', en: 'Warning' }, colour: null },
    ]
    const words = { unit: 'cấp', decimals: 0, legend, figure: 'band' as const }
    const label = (change: Partial<Layer>, locale = 'vi-VN') => JSON.stringify(pointLabel({ ...layers[0], ...words, ...change } as Layer, locale))
    const below = (limit: number, said: string) => `["<",["get","value"],${limit}]],"${said}"`
    expect(label({})).toContain(below(1, 'Dưới báo động 1'))
    expect(label({})).toContain('[">=",["get","value"],1]')
    expect(label({}, 'en-GB')).toContain(below(1, 'Below level 1'))
    expect(label({ figure: 'number' })).not.toContain('báo động')
    expect(label({ figure: 'number' })).toContain('" cấp"')
  })

  it('draws a layer as density or as points, not both', () => {
    const ids = (change = {}) => style(change).layers.map(({ id }) => id).filter((id) => id.startsWith('a.points'))
    expect(ids()).toEqual(['a.points/many', 'a.points/count', 'a.points/one', 'a.points/label'])
    expect(ids({ heat: ['a.points'] })).toEqual(['a.points/heat'])
  })
})
