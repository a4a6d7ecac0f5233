import { describe, expect, it } from 'vitest'

import type { Answer, AnswerColumn, Scalar } from '@/shared/api/types'
import { stateOf } from '@/shared/chart/bands'
import { calendarGrid } from '@/shared/chart/heat-option'
import { bandLimits } from '@/shared/chart/time-option'
import { Formatter } from '@/shared/format/formatter'
import { AnswerView, lastKnown, linesOf, parseTime } from '@/shared/widgets/answer-view'

const title = { vi: 'x', en: 'x' }
const column = (name: string, role: AnswerColumn['role']): AnswerColumn => ({
  name, title, role, type: role === 'time' ? 'time' : 'number', unit: null, decimals: null, indicator: null,
})
const answer = (columns: AnswerColumn[], rows: Scalar[][]): Answer =>
  ({ columns, rows, next: null, provenance: {} as Answer['provenance'] })

describe('an answer read by role', () => {
  const view = new AnswerView(
    answer(
      [column('time', 'time'), column('station', 'dimension'), column('a.pm25', 'value'), column('a.pm25__previous', 'comparison')],
      [
        ['2026-11-22T02:00:00Z', 'A', 5, 4],
        ['2026-11-22T01:00:00Z', 'A', null, 4],
        ['2026-11-22T03:00:00Z', 'B', null, null],
      ],
    ),
  )

  it('splits rows into lines in order of time and keeps gaps', () => {
    const lines = linesOf(view)
    expect(lines.map(({ dims }) => dims)).toEqual([['A'], ['B']])
    expect(lines[0]?.points.map(([, value]) => value)).toEqual([null, 5])
    expect(lastKnown(lines[0]!)).toBe(5)
    expect(lastKnown(lines[1]!)).toBeNull()
  })

  it('takes the newest known value, never a gap as zero', () => {
    expect(view.newest()?.[2]).toBe(5)
    expect(view.isEmpty).toBe(false)
    expect(new AnswerView(answer([column('a.x', 'value')], [[null]])).isEmpty).toBe(true)
  })

  it('finds comparisons by their name', () => {
    const value = view.values[0]!
    expect(view.has(value, 'previous')).toBe(true)
    expect(view.has(value, 'year')).toBe(false)
    expect(view.compared(view.answer.rows[0]!, value, 'previous')).toBe(4)
  })

  it('reads times with and without zone', () => {
    expect(parseTime('2026-11-22 01:00:00.000')).toBe(Date.parse('2026-11-22T01:00:00Z'))
    expect(parseTime('2026-11-22T08:00:00+07:00')).toBe(Date.parse('2026-11-22T01:00:00Z'))
    expect(parseTime('2026-11-22')).toBe(Date.parse('2026-11-22T00:00:00Z'))
  })
})

describe('states', () => {
  const bands = [
    { state: 'good' as const, below: 51 },
    { state: 'good' as const, from: 51, below: 101 },
    { state: 'watch' as const, from: 101, below: 151 },
    { state: 'bad' as const, from: 151 },
  ]

  it('follow the bands, half-open', () => {
    expect([50.9, 51, 100.9, 101, 151, null].map((value) => stateOf(value, bands))).toEqual([
      'good', 'good', 'good', 'watch', 'bad', 'unknown',
    ])
  })

  it('are drawn as limits only where the state changes and the line is in sight', () => {
    expect(bandLimits(bands, 0, 120)).toEqual([{ at: 101, state: 'watch' }])
  })

  it('lie on a calendar from Monday', () => {
    const grid = calendarGrid(
      [{ day: '2026-11-01', at: 1, value: 1 }, { day: '2026-11-02', at: 2, value: 2 }],
      ['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'],
      new Formatter('vi', 'Asia/Ho_Chi_Minh'),
    )
    expect(grid.cells.map(({ x, y }) => [x, y])).toEqual([[0, 6], [1, 0]])
    expect(grid.xs[0]).toBe('11/2026')
  })
})
