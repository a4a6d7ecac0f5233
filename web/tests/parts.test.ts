import { describe, expect, it } from 'vitest'

import type { Answer } from '@/shared/api/types'
import { AnswerView, linesOf } from '@/shared/widgets/answer-view'
import { sharesOf, slicePath } from '@/shared/widgets/circle'
import { addsUp, circleOr, mayStack, stackOf, wholeQuery } from '@/shared/widgets/parts'

const text = { vi: 'x', en: 'x' }
const column = (name: string, role: string) => ({ name, role, title: text, unit: null, decimals: 0, indicator: name, type: 'number' })
const answer = (columns: [string, string][], rows: Answer['rows']) =>
  new AnswerView({ columns: columns.map(([name, role]) => column(name, role)), rows, provenance: {} } as unknown as Answer)

describe('parts of a whole', () => {
  it('asks for the whole with the same filters and no dimensions', () => {
    expect(
      wholeQuery({ indicators: ['d.received'], by: ['channel'], where: { area: '31' }, order: ['-d.received'], limit: 3, time: { last: '7d' } }),
    ).toEqual({ indicators: ['d.received'], where: { area: '31' }, time: { last: '7d' } })
  })

  it('are a circle only when they add up and are few', () => {
    expect(circleOr([60, 30, 10], 100)).toBe('circle')
    expect(circleOr([95.2, 93.1, 97], 95)).toBe('noWhole')
    expect(circleOr([20, 20, 20, 20, 10, 5, 5], 100)).toBe('tooMany')
    expect(circleOr([60, 40, null, 0, 0, 0, 0], 100)).toBe('circle')
    expect(addsUp([120, -20], 100)).toBe(false)
    expect(addsUp([], null)).toBe(false)
    expect(addsUp([60, 30], 100)).toBe(false)
  })

  it('close the ring, also when one part is everything', () => {
    expect(sharesOf([50, 25, 25], 100)).toEqual([{ from: 0, to: 0.5 }, { from: 0.5, to: 0.75 }, { from: 0.75, to: 1 }])
    expect(slicePath(0, 0.25)).toMatch(/^M50\.000 2\.000A48 48 0 0 1 98\.000 50\.000/)
    expect(slicePath(0, 1)).toContain('A48 48 0 1 1')
  })
})

describe('areas on each other', () => {
  const parts = answer(
    [['time', 'time'], ['channel', 'dimension'], ['n', 'value']],
    [['2026-01-01', '1', 6], ['2026-01-01', '2', 4], ['2026-01-02', '1', 5], ['2026-01-02', '3', 1]],
  )
  const whole = (second: number) => answer([['time', 'time'], ['n', 'value']], [['2026-01-01', 10], ['2026-01-02', second]])

  it('need a sum that holds at every moment', () => {
    expect(mayStack(linesOf(parts), whole(6))).toBe(true)
    expect(mayStack(linesOf(parts), whole(9))).toBe(false)
  })

  it('share their moments, and join what is not coloured', () => {
    const lines = linesOf(parts)
    const [main, second, rest] = stackOf(lines, lines.slice(0, 1), 86_400_000)
    expect(main?.points.map(([, value]) => value)).toEqual([6, 5])
    expect(second?.line).toBeNull()
    expect(second?.points.map(([, value]) => value)).toEqual([4, 1])
    expect(rest).toBeUndefined()
  })

  it('are broken where nothing was recorded', () => {
    const lines = linesOf(answer([['time', 'time'], ['channel', 'dimension'], ['n', 'value']], [['2026-01-02', '1', 6], ['2026-01-05', '1', 4]]))
    expect(stackOf(lines, lines, 86_400_000)[0]?.points.map(([, value]) => value)).toEqual([6, null, 4])
    expect(stackOf(lines, lines, null)[0]?.points.map(([, value]) => value)).toEqual([6, 4])
  })
})
