import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { act, renderHook } from '@testing-library/react'

import { changesOf, newlySilent, wayOf } from '@/features/home/changes'
import { momentOf, namedMoment, readSince } from '@/features/home/since'
import { apart, useLastVisit, visitAt } from '@/features/home/visit'
import type { DatasetSummary, Field, State, WorstThing } from '@/shared/api/types'
import { Formatter } from '@/shared/format/formatter'

import { say } from './stage'

const thing = (value: number, state: State, band = '', indicator = 'd.a') =>
  ({ indicator, value, state, band: band ? say(band) : null, title: say(indicator), query: { indicators: [indicator] } }) as WorstThing
const field = (id: string, figures: WorstThing[]) => ({ id, title: say(id), figures, worst: figures[0] ?? null }) as Field

describe('what became of a figure', () => {
  it('is told by its state, and inside one state by its band and the way that is better', () => {
    expect(wayOf(thing(1, 'good'), thing(2, 'bad'), 'none')).toBe('worse')
    expect(wayOf(thing(2, 'bad'), thing(1, 'watch'), 'down')).toBe('better')
    expect(wayOf(thing(2, 'bad', 'Báo động 2'), thing(3, 'bad', 'Báo động 3'), 'down')).toBe('worse')
    expect(wayOf(thing(2, 'bad', 'a'), thing(3, 'bad', 'b'), 'up')).toBe('better')
    expect(wayOf(thing(2, 'bad', 'a'), thing(3, 'bad', 'b'), 'none')).toBeNull()
    expect(wayOf(thing(2, 'bad', 'a'), thing(3, 'bad', 'a'), 'down')).toBeNull()
    expect(wayOf(thing(2, 'unknown'), thing(3, 'bad'), 'down')).toBeNull()
    expect([wayOf(null, thing(1, 'bad'), 'down'), wayOf(thing(1, 'bad'), null, 'down'), wayOf(null, null, 'down')]).toEqual(['begun', 'ended', null])
  })

  it('is listed with the worst first, whichever figure is the worst of its field', () => {
    const before = [field('x', [thing(1, 'good'), thing(9, 'bad', '', 'd.b')]), field('y', [thing(1, 'good', '', 'd.c'), thing(1, 'bad', '', 'd.e')])]
    const now = [field('x', [thing(3, 'watch'), thing(1, 'good', '', 'd.b')]), field('y', [thing(9, 'bad', '', 'd.c'), thing(1, 'bad', '', 'd.e')])]
    const found = changesOf(before, now, () => 'down')
    expect(found.map(({ way, now: one }) => [way, one?.indicator])).toEqual([['worse', 'd.c'], ['worse', 'd.a'], ['better', 'd.b']])
  })

  it('names only feeds that fell silent since then', () => {
    const dataset = (id: string, at: string | null) => ({ id, freshness: { silent_since: at } }) as unknown as DatasetSummary
    const all = [dataset('a', '2026-11-22T01:00:00Z'), dataset('b', '2026-11-20T00:00:00Z'), dataset('c', null), dataset('d', '2026-11-22T02:00:00Z')]
    expect(newlySilent(all, '2026-11-21T00:00:00Z').map(({ dataset: one }) => one.id)).toEqual(['d', 'a'])
  })
})

describe('the moment to compare with', () => {
  const format = new Formatter('vi', 'Asia/Ho_Chi_Minh')
  const noon = Date.parse('2026-11-22T05:00:30Z')

  it('is named as people name it, in the time of the city, to the minute', () => {
    expect(momentOf('yesterday', null, noon, format)).toBe('2026-11-21T05:00:00Z')
    expect(momentOf('week', null, noon, format)).toBe('2026-11-15T05:00:00Z')
    expect(momentOf('morning', null, noon, format)).toBe('2026-11-22T00:00:00Z')
    expect(namedMoment('morning', Date.parse('2026-11-21T23:30:00Z'), format)).toBeNull()
    expect(momentOf('2026-11-01T00:00:00+07:00', null, noon, format)).toBe('2026-10-31T17:00:00.000Z')
    expect(momentOf(undefined, noon, noon, format)).toBe('2026-11-22T05:00:00Z')
    expect(momentOf(undefined, null, noon, format)).toBeNull()
  })

  it('keeps what can be understood of an address', () => {
    expect([readSince('week'), readSince('2026-11-01T00:00:00Z'), readSince('soon'), readSince(3)]).toEqual(['week', '2026-11-01T00:00:00Z', undefined, undefined])
  })
})

describe('a visit', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers({ now: 1_000_000_000 })
  })
  afterEach(() => vi.useRealTimers())

  it('goes on while home is looked at, and ends after half an hour away', () => {
    expect(visitAt(null, 5)).toEqual({ since: null, seen: 5 })
    expect(visitAt({ since: 1, seen: 5 }, 5 + apart)).toEqual({ since: 1, seen: 5 + apart })
    expect(visitAt({ since: 1, seen: 5 }, 6 + apart)).toEqual({ since: 5, seen: 6 + apart })
  })

  it('never moves while the page is open, and looks back to the end of the one before', () => {
    const first = renderHook(() => useLastVisit('u1'))
    expect(first.result.current).toBeNull()
    act(() => void vi.advanceTimersByTime(3 * apart))
    expect(first.result.current).toBeNull()
    const left = Date.now()
    first.unmount()
    vi.advanceTimersByTime(2 * apart)
    const second = renderHook(() => useLastVisit('u1'))
    expect(second.result.current).toBe(left)
    act(() => void vi.advanceTimersByTime(2 * apart))
    expect(second.result.current).toBe(left)
    expect(renderHook(() => useLastVisit('u2')).result.current).toBeNull()
  })
})
