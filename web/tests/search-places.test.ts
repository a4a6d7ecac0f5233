import { beforeEach, describe, expect, it } from 'vitest'

import { forgetRecent, readRecent, refreshed, remember } from '@/features/search/recent'
import { findItems, placeItems, type SearchItem, searchItems } from '@/features/search/search-items'
import type { Layer, Wall } from '@/shared/api/types'

const item = (kind: SearchItem['kind'], id: string): SearchItem => ({ kind, id, title: id, hint: '', icon: 'x', words: id })

describe('places and things in Ctrl+K', () => {
  const found = [
    { key: '11407', name: 'Phường Hải An', hint: 'Hải Phòng', at: [106.7, 20.8] as [number, number], area: '11407', zoom: 11.5 },
    { key: 'e.stations-Cát Hải', name: 'Cát Hải', hint: 'Trạm không khí', at: [106.9, 20.8] as [number, number], layer: 'e.stations', zoom: 13 },
  ]

  it('follow what is listed already, and lead to the map', () => {
    expect(placeItems(found, [item('area', '11407')]).map(({ kind }) => kind)).toEqual(['thing'])
    expect(placeItems([...found, ...found], [])).toHaveLength(2)
    const [area, thing] = placeItems(found, [])
    expect(area).toMatchObject({ kind: 'area', id: '11407', spot: { at: [106.7, 20.8], zoom: 11.5 } })
    expect(thing).toMatchObject({ kind: 'thing', title: 'Cát Hải', spot: { layer: 'e.stations' } })
  })

  it('are found beside layers and walls', () => {
    const title = { vi: 'Trạm không khí', en: 'Air stations' }
    const items = searchItems(
      {
        fields: [], boards: [], indicators: [], datasets: [], areas: [], layers: [{ id: 'e.stations', title, pack: 'e' } as Layer],
        walls: [{ id: 'duty', title: { vi: 'Phòng trực', en: 'Duty room' } } as Wall],
      },
      'vi',
    )
    expect(findItems(items, 'tram khong khi')[0]).toMatchObject({ kind: 'layer', id: 'e.stations' })
    expect(findItems(items, 'phong truc')[0]).toMatchObject({ kind: 'wall', id: 'duty' })
  })
})

describe('what was chosen last', () => {
  beforeEach(() => localStorage.clear())

  it('stands first when nothing is typed, once, the newest first', () => {
    remember(item('dataset', 'e.air'))
    remember(item('board', 'e.overview'))
    remember(item('dataset', 'e.air'))
    const listed = findItems([item('field', 'f'), item('board', 'e.overview')], '', readRecent())
    expect(listed.map(({ id }) => id)).toEqual(['e.air', 'e.overview', 'f'])
  })

  it('keeps few, forgets what is no more, and survives nonsense', () => {
    for (let place = 0; place < 9; place++) remember(item('board', `b${place}`))
    expect(readRecent()).toHaveLength(6)
    expect(refreshed([item('board', 'gone'), item('thing', 'quay')], []).map(({ id }) => id)).toEqual(['quay'])
    localStorage.setItem('toancanh.recent', '[{"kind": 5}, null]')
    expect(readRecent()).toEqual([])
    remember(item('board', 'b'))
    forgetRecent()
    expect(readRecent()).toEqual([])
    localStorage.setItem('toancanh.recent', '{')
    expect(readRecent()).toEqual([])
  })
})
