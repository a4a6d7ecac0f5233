import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

import { call, Problem } from '@/shared/api/client'
import type { Playing, WallReport } from '@/shared/api/types'
import { useLostSince } from '@/shared/api/live'

import { askPlaying } from './use-playing'
import type { Shown } from './playing'
import { serverClock } from './server-clock'

type Beat = { now: string; every: number }

const loaded = new Date().toISOString()
const beatEvery = 20_000
const lookEvery = 60_000
const reloadedAt = 'toancanh.wall.reloaded'
const reloadPause = 600_000

/** The script that this page runs; each build gives it another name. */
function ownBuild(): string {
  return document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute('src') ?? ''
}

function heapUsed(): number | null {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } }
  return memory?.usedJSHeapSize ?? null
}

/** Tell the server every 20 seconds that this display lives, and what it shows; people who only look tell nothing. */
export function useHeartbeat(playing: Playing | undefined, shown: Shown | null): void {
  const client = useQueryClient()
  const lost = useLostSince()
  const name = playing?.itself ? playing.name : null
  const said = useRef({ shown, lost })
  useEffect(() => {
    said.current = { shown, lost }
  }, [shown, lost])
  useEffect(() => {
    if (name === null) return undefined
    const beat = async () => {
      const { shown: now, lost: since } = said.current
      const body: WallReport = {
        board: now?.board ?? null,
        alarm: now?.interruption !== null && now !== null,
        width: window.innerWidth,
        height: window.innerHeight,
        build: ownBuild(),
        since: loaded,
        lost: since === null ? null : Math.max(0, (Date.now() - since) / 1000),
        heap: heapUsed(),
      }
      const sent = Date.now()
      try {
        const answer = await call<Beat>(`/displays/${encodeURIComponent(name)}/heartbeat`, { method: 'POST', body })
        serverClock.learn(sent, Date.now(), Date.parse(answer.now))
      } catch (error) {
        if (error instanceof Problem && [401, 403, 404].includes(error.status)) {
          void client.invalidateQueries(askPlaying(name))
        }
      }
    }
    void beat()
    const timer = setInterval(() => void beat(), beatEvery)
    return () => clearInterval(timer)
  }, [name, client])
}

/** Whether the server stands, and serves another build than this page's. */
async function servesAnother(own: string): Promise<boolean | null> {
  try {
    const answer = await fetch('/', { cache: 'no-store', headers: { Accept: 'text/html' } })
    return answer.ok ? !(await answer.text()).includes(own) : null
  } catch {
    return null
  }
}

/**
 * Load the page anew when the server has a newer build, or when a part of this one could not be fetched: while the wall
 * changes boards anyway, never while the server is away, and not again and again.
 */
export function useNewBuild(board: string | undefined): void {
  const wanted = useRef(false)
  const before = useRef(board)
  useEffect(() => {
    const own = ownBuild()
    if (!own.includes('/assets/')) return undefined
    const look = async () => {
      if (await servesAnother(own)) wanted.current = true
    }
    const miss = () => {
      wanted.current = true
    }
    const timer = setInterval(() => void look(), lookEvery)
    window.addEventListener('vite:preloadError', miss)
    return () => {
      clearInterval(timer)
      window.removeEventListener('vite:preloadError', miss)
    }
  }, [])
  useEffect(() => {
    if (before.current === board) return
    before.current = board
    const last = Number(sessionStorage.getItem(reloadedAt) ?? 0)
    if (!wanted.current || Date.now() - last < reloadPause) return
    void servesAnother(ownBuild()).then((answer) => {
      if (answer === null) return
      sessionStorage.setItem(reloadedAt, String(Date.now()))
      location.reload()
    })
  }, [board])
}

/** Keep what was last known of every board of the playlist as long as the display may be cut off from the network. */
export function useLongMemory(): void {
  const client = useQueryClient()
  useEffect(() => {
    client.setQueryDefaults([], { gcTime: 6 * 3_600_000 })
    return () => client.setQueryDefaults([], { gcTime: 5 * 60_000 })
  }, [client])
}

/** Fetch the parts of the page that any board may need while there is a network. */
export function useAllParts(): void {
  useEffect(() => {
    void Promise.allSettled([import('@/shared/chart/chart-canvas'), import('@/shared/map/map-canvas')])
  }, [])
}
