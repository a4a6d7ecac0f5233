import { describe, expect, it } from 'vitest'

import type { Indicator, Widget } from '@/shared/api/types'
import { type BoardView, fitGrain, periodOf, widgetQuery } from '@/shared/widgets/widget-query'
import { readBoardSearch } from '@/features/board/board-search'

const text = { vi: 'x', en: 'x' }
const indicator: Indicator = {
  id: 'environment.aqi_hour', title: text, short: null, unit: 'AQI', decimals: 0, dataset: 'environment.air_quality',
  dimensions: ['station'], areas: ['commune', 'province'], positioned: true, per: 'hour', direction: 'down', bands: [], figure: 'number', has_target: false, ranking: 'plain', pack: 'environment',
}
const widget = (change: Partial<Widget>): Widget => ({
  id: 'w', kind: 'line', at: { x: 0, y: 0, w: 6, h: 4 }, indicators: ['environment.aqi_hour'], ...change,
})
const view = (change: Partial<BoardView> = {}): BoardView => ({ boardLast: '7d', ...change })

describe('what a widget asks', () => {
  it('takes the period of the picker, then its own, then the board’s', () => {
    expect(periodOf(widget({ last: '3d' }), view({ last: '30d' }))).toEqual({ last: '30d' })
    expect(periodOf(widget({ last: '3d' }), view())).toEqual({ last: '3d' })
    expect(periodOf(widget({}), view())).toEqual({ last: '7d' })
  })

  it('lets a single number speak of its own period unless two moments are given', () => {
    const number = widget({ kind: 'number', last: '24h' })
    expect(periodOf(number, view({ last: '30d' }))).toEqual({ last: '24h' })
    expect(periodOf(number, view({ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }))).toEqual({
      from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z',
    })
  })

  it('carries area, as-of, order by full name and comparison', () => {
    const query = widgetQuery(
      widget({ kind: 'ranking', by: ['station'], order: '-aqi_hour', limit: 5 }),
      view({ area: '11632', asOf: '2026-11-01T00:00:00Z' }),
      [indicator],
    )
    expect(query).toEqual({
      indicators: ['environment.aqi_hour'], by: ['station'], time: { last: '7d' }, where: { area: '11632' },
      as_of: '2026-11-01T00:00:00Z', order: ['-environment.aqi_hour'], limit: 5,
    })
    expect(widgetQuery(widget({ kind: 'number' }), view({ compare: 'year' }), [indicator]).compare).toEqual(['year'])
    expect(widgetQuery(widget({ kind: 'number', compare: 'target' }), view({ compare: 'none' }), [indicator]).compare).toBeUndefined()
  })

  it('does not compare many lines with as many others', () => {
    expect(widgetQuery(widget({ by: ['station'] }), view({ compare: 'previous' }), [indicator]).compare).toBeUndefined()
  })

  it('never asks finer than the indicator means something, nor for more points than can be read', () => {
    expect(fitGrain(null, 'hour', 86_400)).toBe('hour')
    expect(fitGrain('minute', 'hour', 86_400)).toBe('hour')
    expect(fitGrain('hour', 'hour', 365 * 86_400)).toBe('day')
    expect(fitGrain('day', 'hour', 86_400)).toBe('hour')
    expect(fitGrain('day', 'day', 86_400)).toBe('day')
    expect(fitGrain('day', 'day', 365 * 86_400)).toBe('day')
    expect(fitGrain('minute', 'minute', 3 * 3600)).toBe('minute')
  })
})

describe('the address of a board', () => {
  it('keeps what it understands', () => {
    expect(readBoardSearch({ last: '7d', compare: 'year', area: 31, as_of: 'yesterday' })).toEqual({
      last: '7d', compare: 'year', area: '31', from: undefined, to: undefined, as_of: undefined,
    })
    expect(readBoardSearch({ last: 'x; drop', from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).toMatchObject({
      last: undefined, from: '2026-02-01T00:00:00Z', to: undefined,
    })
  })
})

describe('a drawing on the map of a board', () => {
  const at: [number, number][] = [[106, 20], [107, 20], [107, 21]]

  it('filters indicators with a position, and no others', () => {
    const drawn: BoardView = { boardLast: '7d', area: '11632', shape: { kind: 'polygon', at } }
    expect(widgetQuery(widget({}), drawn, [indicator]).where).toEqual({ area: '11632', place: { within: at } })
    expect(widgetQuery(widget({}), drawn, [{ ...indicator, positioned: false }]).where).toEqual({ area: '11632' })
  })

  it('filters nothing when it only measures', () => {
    const drawn: BoardView = { boardLast: '7d', shape: { kind: 'line', at } }
    expect(widgetQuery(widget({}), drawn, [indicator]).where).toBeUndefined()
  })
})
