import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { nearestPoint } from '@/shared/chart/nearest-point'
import { Formatter } from '@/shared/format/formatter'
import { changeLanguage } from '@/shared/i18n/i18n'
import { pickedQuery } from '@/shared/map/picked-query'
import { questionOf, rowOf, shortOf, stepEnd } from '@/shared/passport/passport-row'
import { readPassport } from '@/shared/passport/passport-search'
import { HasPassport } from '@/shared/passport/use-passport'
import type { Answer, Layer, Query } from '@/shared/api/types'
import { BoardWidget } from '@/shared/widgets/board-widget'
import type { BoardView } from '@/shared/widgets/widget-query'

import { answerOf, indicator, stage, widget } from './stage'

const query: Query = { indicators: ['d.received', 'd.late'], by: ['channel'], time: { last: '7d' } }
const split = answerOf(
  [['channel', 'dimension'], ['d.received', 'value'], ['d.late', 'value']],
  [['web', 40, 3], ['desk', 9, null]],
)

describe('which figure a passport speaks of', () => {
  it('is the row that the address names', () => {
    expect(rowOf(split, { indicator: 'd.late', query, dims: [['channel', 'web']] })?.value).toBe(3)
    expect(rowOf(split, { indicator: 'd.received', query, dims: [['channel', 'desk']] })?.value).toBe(9)
    expect(rowOf(split, { indicator: 'd.received', query, dims: [['channel', 'post']] })).toBeNull()
  })

  it('is none of several where the address names none', () => {
    expect(rowOf(split, { indicator: 'd.received', query })).toBeNull()
  })

  it('is the newest of one course, or the step that the address names', () => {
    const course = answerOf([['time', 'time'], ['d.received', 'value']], [['2026-11-01', 5], ['2026-11-02', 6], ['2026-11-03', null]])
    expect(rowOf(course, { indicator: 'd.received', query })?.value).toBe(6)
    expect(rowOf(course, { indicator: 'd.received', query, at: Date.parse('2026-11-01T00:00:00Z') })?.value).toBe(5)
  })

  it('counts what has less data than declared', () => {
    const covered = {
      ...answerOf([['station', 'dimension'], ['d.pm', 'value'], ['d.pm__coverage', 'value']], [['a', 4, 0.9], ['b', null, 0.5], ['c', null, 0.74]]),
    } as Answer
    expect(shortOf(covered, 'd.pm', 0.75)).toEqual({ short: 2, all: 3 })
  })

  it('is asked about with its own row as condition', () => {
    const row = rowOf(split, { indicator: 'd.late', query, dims: [['channel', 'web']] })
    expect(questionOf(query, row).where).toEqual({ channel: 'web' })
    const area = { value: 1, at: null, coverage: null, decimals: 0, dims: [['area:commune', '11407']] as const }
    expect(questionOf(query, area).where).toEqual({ area: '11407' })
  })

  it('lies in a step that ends by the clock or by the calendar', () => {
    const format = new Formatter('vi', 'Asia/Ho_Chi_Minh')
    const hour = Date.parse('2026-11-01T07:00:00+07:00')
    expect(stepEnd(hour, 'hour', format.wallTime)).toBe(hour + 3_600_000)
    const month = Date.parse('2026-02-01T00:00:00+07:00')
    expect(new Date(stepEnd(month, 'month', format.wallTime)).toISOString()).toBe('2026-02-28T17:00:00.000Z')
  })
})

describe('the address of a passport', () => {
  it('keeps what it understands and nothing else', () => {
    expect(readPassport({ indicator: 'd.late', query, dims: [['channel', 'web']], at: 5, more: 1 })).toEqual({
      indicator: 'd.late', query, dims: [['channel', 'web']], at: 5,
    })
    expect(readPassport({ indicator: 'd.late', query, dims: 'web', at: '5' })).toEqual({ indicator: 'd.late', query, dims: undefined, at: undefined })
    for (const nonsense of [null, 'x', {}, { indicator: 'd.late' }, { indicator: 5, query }, { indicator: 'd.late', query: { indicators: 'd' } }]) {
      expect(readPassport(nonsense)).toBeUndefined()
    }
  })
})

describe('a press on a chart', () => {
  const lines = [[[0, 1], [10, 2], [20, null]], [[0, 5], [10, 9], [20, 4]]] as const
  it('chooses the nearest known moment, then the nearest line', () => {
    expect(nearestPoint(lines, 11, 3, false)).toEqual({ series: 0, at: 10 })
    expect(nearestPoint(lines, 9, 7, false)).toEqual({ series: 1, at: 10 })
    expect(nearestPoint(lines, 30, 0, false)).toEqual({ series: 1, at: 20 })
  })

  it('chooses the area that encloses it where areas stand on each other', () => {
    expect(nearestPoint(lines, 10, 1.9, true)).toEqual({ series: 0, at: 10 })
    expect(nearestPoint(lines, 10, 3, true)).toEqual({ series: 1, at: 10 })
  })

  it('chooses nothing where nothing is drawn', () => {
    expect(nearestPoint([], 0, 0, false)).toBeNull()
    expect(nearestPoint([[[0, null]]], 0, 0, false)).toBeNull()
  })
})

describe('what was chosen on a map', () => {
  const layer = { id: 'd.stations', kind: 'points', window_seconds: 86_400 } as Layer
  const picked = { layer: 'd.stations', at: [106.6, 20.8] as [number, number], properties: { code: '11407' } }
  it('asks for its place, or for its area', () => {
    const inside = pickedQuery(picked, layer, indicator({ positioned: true, per: 'hour' }))
    expect(inside).toMatchObject({ grain: 'hour', time: { last: '86400s' } })
    expect(inside?.where?.place).toMatchObject({ within: [[106.5996, 20.7996], [106.6004, 20.7996], [106.6004, 20.8004], [106.5996, 20.8004]] })
    expect(pickedQuery(picked, { ...layer, kind: 'areas' }, indicator({}))?.where).toEqual({ area: '11407' })
    expect(pickedQuery(picked, layer, indicator({ positioned: false }))).toBeNull()
  })
})

describe('the figures of a widget', () => {
  beforeEach(() => changeLanguage('vi'))
  afterEach(cleanup)
  const view: BoardView = { boardLast: '7d' }
  const given = {
    indicators: [indicator({}), indicator({ id: 'd.late' })],
    answers: [[query, split]] as [Query, Answer][],
  }
  const table = <BoardWidget onArea={() => undefined} view={view} widget={widget({ kind: 'table', indicators: ['d.received', 'd.late'], by: ['channel'] })} />

  it('each open their own passport', async () => {
    const { router } = await stage(table, given)
    fireEvent.click(await screen.findByRole('button', { name: '3' }))
    await waitFor(() =>
      expect(router.state.location.search).toMatchObject({ passport: { indicator: 'd.late', query, dims: [['channel', 'web']] } }),
    )
  })

  it('open nothing where nobody has hands', async () => {
    await stage(<HasPassport value={false}>{table}</HasPassport>, given)
    await screen.findByText('40')
    expect(screen.queryByRole('button', { name: '40' })).toBeNull()
  })
})
