import { describe, expect, it } from 'vitest'

import { readMapSearch } from '@/features/map/map-search'
import type { Layer } from '@/shared/api/types'
import { toggled } from '@/shared/map/layer-choice'

const layers = [
  { id: 'a.points', kind: 'points' },
  { id: 'a.areas', kind: 'areas' },
  { id: 'b.areas', kind: 'areas' },
] as Layer[]
const [points, first, second] = layers as [Layer, Layer, Layer]

describe('switching layers', () => {
  it('lays points over what colours areas', () => {
    expect(toggled(layers, ['a.areas'], points, true)).toEqual(['a.areas', 'a.points'])
  })

  it('lets only one layer colour areas', () => {
    expect(toggled(layers, ['a.points', 'a.areas'], second, true)).toEqual(['a.points', 'b.areas'])
  })

  it('switches off only what was asked', () => {
    expect(toggled(layers, ['a.points', 'a.areas'], first, false)).toEqual(['a.points'])
  })
})

describe('the address of the map', () => {
  it('keeps what can be understood', () => {
    expect(readMapSearch({ layers: ['a.points'], base: 'city', at: [106.7, 20.8, 11], area: 4 })).toEqual({
      layers: ['a.points'], base: 'city', at: [106.7, 20.8, 11], area: '04',
    })
  })

  it('drops what people broke', () => {
    expect(readMapSearch({ layers: 'x', base: 'moon', at: [106.7, 'here'], area: {} })).toEqual({})
  })
})
