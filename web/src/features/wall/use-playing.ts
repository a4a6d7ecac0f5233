import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'

import { call } from '@/shared/api/client'
import type { Playing, Wall } from '@/shared/api/types'

import { type Interruption, type Shown, shownAt } from './playing'
import { serverClock } from './server-clock'

const minute = 60_000

/** A display and what it plays; each answer also sets the clock by the server's. */
export const askPlaying = (name: string) =>
  queryOptions({
    queryKey: ['walls', 'playing', name],
    queryFn: async ({ signal }) => {
      const sent = Date.now()
      const playing = await call<Playing>(`/displays/${encodeURIComponent(name)}`, { signal })
      serverClock.learn(sent, Date.now(), Date.parse(playing.now))
      return playing
    },
    staleTime: minute / 2,
    refetchInterval: minute,
  })

export function usePlaying(name: string) {
  return useQuery(askPlaying(name))
}

/** Longer sleeps are cut: a machine that was suspended, or whose clock was set, finds its place again within this. */
const longestSleep = 15_000

/** What a wall shows now; changes when a turn ends, an interruption passes, or somebody says so. */
export function useShown(wall: Pick<Wall, 'items' | 'control'>, interruptions: readonly Interruption[]): Shown {
  const [woken, wake] = useState(0)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- waking is the reason to look at the clock again
  const shown = useMemo(() => shownAt(wall, serverClock.now(), interruptions), [wall, interruptions, woken])
  useEffect(() => {
    const wait = Math.min(longestSleep, Math.max(20, shown.until - serverClock.now()))
    const timer = setTimeout(() => wake((count) => count + 1), wait)
    return () => clearTimeout(timer)
  }, [shown])
  return shown
}

/** The server's present moment, every `every` milliseconds. */
export function useServerNow(every = 1000): number {
  const [now, setNow] = useState(serverClock.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverClock.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
