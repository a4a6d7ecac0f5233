import { describe, expect, it } from 'vitest'

import { boardPicks, readBoardSearch } from '@/features/board/board-search'
import { choose, isChosen } from '@/features/board/choices'
import { splitByCommune } from '@/features/board/full-widget'
import type { Board, Query, Widget } from '@/shared/api/types'
import { recordsAddress } from '@/shared/widget-actions/records-search'
import { curlOf, fileName } from '@/shared/widget-actions/widget-files'
import { wrapped } from '@/shared/widget-actions/wrapped'
import { recordSearch } from '@/shared/widgets/record-search'
import { type BoardView, limitsOf, type Pick, widgetQuery } from '@/shared/widgets/widget-query'

import { indicator, widget } from './stage'

const air = indicator({ id: 'e.pm25', dataset: 'e.air', dimensions: ['station'] })
const rain = indicator({ id: 'e.rain', dataset: 'e.rain', dimensions: ['station'] })
const scores = indicator({ id: 'p.scores', dataset: 'p.quality', dimensions: ['dataset'], areas: [] })
const all = [air, rain, scores]
const ranking = widget({ id: 'ranking', kind: 'ranking', indicators: ['e.pm25'], by: ['station'] })
const pick: Pick = { column: 'station', value: 'KK1', widget: 'ranking', datasets: ['e.air'] }
const view = (change: Partial<BoardView> = {}): BoardView => ({ boardLast: '7d', ...change })
const asks = (one: Widget, change: Partial<BoardView>) => widgetQuery(one, view(change), all)

describe('choosing in a widget', () => {
  it('filters the others over the same data, not the one it was chosen in, nor a column of the same name elsewhere', () => {
    const number = widget({ id: 'n', indicators: ['e.pm25'] })
    expect(asks(number, { picks: [pick] }).where).toEqual({ station: 'KK1' })
    expect(asks(ranking, { picks: [pick] }).where).toBeUndefined()
    expect(asks(widget({ id: 'r', indicators: ['e.rain'] }), { picks: [pick] }).where).toBeUndefined()
    const records = widget({ id: 'x', kind: 'records', dataset: 'e.air' })
    expect(recordSearch(records, view({ picks: [pick] }), false)).toMatchObject({ station: 'KK1' })
  })

  it('says where it does not apply', () => {
    const kinds = (one: Widget, change: Partial<BoardView>) => limitsOf(one, view(change), all).map(({ kind }) => kind)
    expect(kinds(widget({ id: 'r', indicators: ['e.rain'] }), { picks: [pick] })).toEqual(['pick'])
    expect(kinds(ranking, { picks: [pick] })).toEqual([])
    expect(kinds(widget({ indicators: ['p.scores'] }), { area: '11413' })).toEqual(['area'])
    expect(asks(widget({ indicators: ['p.scores'] }), { area: '11413' }).where).toBeUndefined()
    expect(kinds(ranking, { compare: 'year' })).toEqual(['compare'])
    expect(kinds(widget({ id: 'm', kind: 'map' }), { asOf: '2026-01-01T00:00:00Z', boundaries: 'recorded', last: '30d' })).toEqual([
      'period', 'boundaries', 'as_of',
    ])
    expect(kinds(widget({ kind: 'text' }), { area: '1', last: '30d' })).toEqual([])
  })

  it('moves the area and the day by the pickers, and keeps the rest in the address; the same again lets go', () => {
    expect(choose({}, 'ranking', [['station', 'KK1']])).toEqual({ picks: { station: ['KK1', 'ranking'] } })
    const chosen = { picks: { station: ['KK1', 'ranking'] as [string, string] } }
    expect(isChosen(chosen, [['station', 'KK1']])).toBe(true)
    expect(choose(chosen, 'ranking', [['station', 'KK1']])).toEqual({ picks: undefined })
    expect(choose({ last: '30d' }, 'c', [['area:commune', '11413']])).toEqual({ area: '11413', picks: undefined })
    expect(choose({ last: '30d' }, 'heat', [['time', '2026-03-01T17:00:00.000Z']])).toEqual({
      last: undefined, from: '2026-03-01T17:00:00.000Z', to: '2026-03-02T17:00:00.000Z', picks: undefined,
    })
  })

  it('is read back from an address, and forgotten with its widget', () => {
    const search = readBoardSearch({ picks: { station: ['KK1', 'ranking'], x: 'y' }, full: 'ranking', split: true, boundaries: '2025-06-30', level: 'ward' })
    expect(search).toMatchObject({ picks: { station: ['KK1', 'ranking'] }, full: 'ranking', split: true, boundaries: '2025-06-30', level: undefined })
    const board = { widgets: [ranking] } as unknown as Board
    expect(boardPicks(board, search.picks, () => 'e.air')).toEqual([pick])
    expect(boardPicks({ ...board, widgets: [] }, search.picks, () => 'e.air')).toEqual([])
  })
})

describe('the pickers of a board', () => {
  it('set boundaries and the level of areas', () => {
    const communes = widget({ kind: 'table', indicators: ['e.pm25'], by: ['area:commune'] })
    expect(asks(communes, { level: 'province', boundaries: '2025-06-30' })).toMatchObject({ by: ['area:province'], boundaries: '2025-06-30' })
  })

  it('split a figure by commune, the greatest first', () => {
    expect(splitByCommune(widget({ indicators: ['e.pm25', 'e.rain'], compare: 'year', grain: 'hour' }))).toMatchObject({
      kind: 'bar', by: ['area:commune'], indicators: ['e.pm25'], order: '-e.pm25', compare: undefined, grain: undefined,
    })
  })
})

describe('what is taken along', () => {
  it('asks the same by command line, quoted for a shell', () => {
    const text = curlOf({ datasets: [], query: { indicators: ["e.p'm"] } }, 'https://x', false)
    expect(text).toBe(
      `curl -H "Authorization: Bearer $TOANCANH_KEY" -H 'Content-Type: application/json' -d '{"indicators":["e.p'\\''m"]}' 'https://x/api/v1/query'`,
    )
    expect(curlOf({ datasets: [], records: { id: 'e.air', search: { station: 'a b' } } }, 'https://x', true)).toBe(
      `curl 'https://x/api/v1/datasets/e.air/records?station=a+b'`,
    )
  })

  it('names files after titles', () => {
    expect(fileName('PM2.5 / giờ: “cao”', 'png')).toBe('PM2.5 giờ cao.png')
    expect(fileName('///', 'csv')).toBe('toan-canh.csv')
  })

  it('wraps words, and breaks what is wider than a line', () => {
    const width = (text: string) => text.length
    expect(wrapped('một hai ba bốn', 7, width)).toEqual(['một hai', 'ba bốn'])
    expect(wrapped('xem http://abcdefgh', 6, width)).toEqual(['xem', 'http:/', '/abcde', 'fgh'])
  })

  it('leads to the records of the same period, area, filters and moment', () => {
    const provenance = { period_from: 'a', period_to: 'b', as_of: 'c' } as Parameters<typeof recordsAddress>[1]
    const where = { area: '11413', station: 'KK1', pm25: { ge: 50 }, kind: ['x', 'y'] } as unknown as Query['where']
    expect(recordsAddress({ indicators: ['e.pm25'], where }, provenance)).toEqual({
      tab: 'records', from: 'a', to: 'b', as_of: 'c', area: '11413', f: { station: 'KK1', 'pm25.ge': '50' },
    })
  })
})
