import { describe, expect, it } from 'vitest'

import { findItems, type SearchItem, searchItems } from '@/features/search/search-items'
import { readDatasetSearch, recordFilters } from '@/features/datasets/dataset-search'

const item = (kind: SearchItem['kind'], title: string, words = title): SearchItem => ({
  kind, id: title, title, hint: '', icon: 'x', words,
})

describe('Ctrl+K', () => {
  const items = [
    item('field', 'Môi trường', 'Môi trường Environment'),
    item('indicator', 'Nồng độ PM2.5 trung bình'),
    item('area', 'Phường Hải An', 'Phường Hải An Hai An Ward'),
    item('area', 'Xã An Hải'),
  ]

  it('finds with and without diacritics, in both languages', () => {
    expect(findItems(items, 'hải an')[0]?.title).toBe('Phường Hải An')
    expect(findItems(items, 'moi truong')[0]?.title).toBe('Môi trường')
    expect(findItems(items, 'environment')[0]?.title).toBe('Môi trường')
    expect(findItems(items, 'zzz')).toEqual([])
  })

  it('offers fields before anything is typed', () => {
    expect(findItems(items, '').map(({ kind }) => kind)).toEqual(['field'])
  })

  it('lists a field once, by its board', () => {
    const text = { vi: 'Môi trường', en: 'Environment' }
    const found = searchItems(
      {
        fields: [{ id: 'environment', title: text, description: text, icon: 'leaf', owner: text, board: 'environment.overview', state: 'good', worst: null, figures: [], datasets: [], stale: [] }],
        boards: [{ id: 'environment.overview', title: text, description: null, pack: 'environment' }],
        indicators: [], datasets: [], areas: [],
      },
      'vi',
    )
    expect(found).toHaveLength(1)
  })
})

describe('the address of a dataset', () => {
  it('hands its filters to the records API', () => {
    const search = readDatasetSearch({ tab: 'records', from: '2026-01-01T00:00:00Z', f: { 'pm25.ge': 50 }, order: '-time', evil: 1 })
    expect(recordFilters(search)).toMatchObject({ from: '2026-01-01T00:00:00Z', 'pm25.ge': '50', order: '-time' })
    expect(readDatasetSearch({ tab: 'passwords' }).tab).toBeUndefined()
  })
})
