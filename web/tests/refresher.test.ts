import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { pauseAfter, pauses, Refresher } from '@/shared/api/refresher'

describe('asking again', () => {
  let client: QueryClient
  let refresher: Refresher
  let asked: string[]
  const leave: (() => void)[] = []

  /** A question on the screen that takes the server `takes` milliseconds. */
  async function show(key: string, meta: Record<string, unknown>, takes: number) {
    const queryFn = () => {
      asked.push(key)
      return new Promise<string>((resolve) => setTimeout(() => resolve(key), takes))
    }
    leave.push(new QueryObserver(client, { queryKey: [key], queryFn, meta, staleTime: Infinity }).subscribe(() => undefined))
    await vi.advanceTimersByTimeAsync(takes + 1)
    asked = []
  }

  beforeEach(() => {
    vi.useFakeTimers()
    client = new QueryClient()
    refresher = new Refresher(client, Date.now)
    asked = []
  })
  afterEach(() => {
    leave.splice(0).forEach((end) => end())
    client.clear()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('asks only what reads the changed datasets', async () => {
    await show('one', { datasets: ['a.b'] }, 10)
    await show('two', { datasets: ['a.c'] }, 10)
    refresher.committed(['a.b'])
    await vi.advanceTimersByTimeAsync(50)
    expect(asked).toEqual(['one'])
    expect(client.getQueryState(['two'])?.isInvalidated).toBe(false)
  })

  it('asks at once, then no sooner than a pause after the answer, and never forgets the last commit', async () => {
    await show('one', { datasets: ['a.b'] }, 20)
    for (let turn = 0; turn < 10; turn++) {
      refresher.committed(['a.b'])
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(pauses.answer + 50)
    expect(asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(2)
  })

  it('lets a slow question delay no other', async () => {
    await show('slow', { datasets: ['a.b'] }, 5000)
    await show('quick', { datasets: ['a.b'] }, 10)
    for (let turn = 0; turn < 40; turn++) {
      refresher.committed(['a.b'])
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(asked.filter((key) => key === 'slow')).toHaveLength(1)
    expect(asked.filter((key) => key === 'quick').length).toBeGreaterThan(10)
  })

  it('rests longer the longer an answer took, and asks for overviews seldom', () => {
    expect(pauseAfter(10, false)).toBe(pauses.answer)
    expect(pauseAfter(400, false)).toBe(800)
    expect(pauseAfter(5000, false)).toBe(pauses.longest)
    expect(pauseAfter(10, true)).toBe(pauses.overview)
  })

  it('asks nothing for a page that nobody sees', async () => {
    await show('one', { datasets: ['a.b'] }, 10)
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    refresher.committed(['a.b'])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toEqual([])
    expect(client.getQueryState(['one'])?.isInvalidated).toBe(true)
  })
})
