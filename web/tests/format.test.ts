import { describe, expect, it } from 'vitest'

import { parseDuration, splitDuration } from '@/shared/format/duration'
import { fold, matchScore } from '@/shared/format/fold'
import { Formatter } from '@/shared/format/formatter'

const vi = new Formatter('vi', 'Asia/Ho_Chi_Minh')

describe('numbers and times as people in Viet Nam read them', () => {
  it('writes 1234.5 as 1.234,5', () => {
    expect(vi.number(1234.5, 1)).toBe('1.234,5')
    expect(vi.number(0, 2)).toBe('0,00')
  })

  it('writes moments in the zone of the city, whatever that of the browser', () => {
    expect(vi.moment('2026-11-21T17:30:00Z')).toBe('22/11/2026 00:30')
    expect(vi.date('2026-12-31T17:00:00Z')).toBe('01/01/2027')
    expect(vi.day('2026-02-28')).toBe('28/02/2026')
  })

  it('reads the wall clock of the city back', () => {
    expect(vi.fromWall('2026-11-22 00:30:00')).toBe('2026-11-21T17:30:00Z')
    const berlin = new Formatter('en', 'Europe/Berlin')
    expect(berlin.fromWall('2026-07-01 12:00:00')).toBe('2026-07-01T10:00:00Z')
    expect(berlin.fromWall('2026-12-01 12:00:00')).toBe('2026-12-01T11:00:00Z')
  })

  it('never rounds up to a perfect score', () => {
    expect(vi.percent(0.9999)).toBe('99 %')
    expect(vi.percent(1)).toBe('100 %')
  })

  it('names the steps of a time axis', () => {
    expect(vi.step('2026-11-21T17:00:00Z', 'day')).toBe('22/11/2026')
    expect(vi.step('2026-11-21T17:00:00Z', 'hour')).toBe('00:00 22/11')
    expect(vi.step('2026-11-21T17:00:00Z', 'quarter')).toBe('Q4/2026')
  })
})

describe('durations', () => {
  it('reads what the server writes', () => {
    expect(parseDuration('1h30m')).toBe(5400)
    expect(parseDuration('2w')).toBe(1_209_600)
    expect(parseDuration('')).toBeNull()
    expect(parseDuration('7 days')).toBeNull()
  })

  it('speaks in the largest sensible unit', () => {
    expect(splitDuration(600)).toEqual({ count: 10, unit: 'minute' })
    expect(splitDuration(86_400)).toEqual({ count: 24, unit: 'hour' })
    expect(splitDuration(604_800)).toEqual({ count: 7, unit: 'day' })
  })
})

describe('search without diacritics', () => {
  it('folds as the server does', () => {
    expect(fold('  Đường  Lê Lợi ')).toBe('duong le loi')
  })

  it('finds by folded words in any order, and prefers the exact', () => {
    expect(matchScore('Phường Hải An', 'hai an')).toBeGreaterThan(0)
    expect(matchScore('Phường Hải An', 'an hai')).toBeGreaterThan(0)
    expect(matchScore('Phường Hải An', 'cat ba')).toBe(0)
    expect(matchScore('Hải An', 'hải an')).toBeGreaterThan(matchScore('Hai Ân', 'hải an'))
  })
})
