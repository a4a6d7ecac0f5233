import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react'

import { Refresher } from './refresher'
import { onSession } from './session-watch'
import { type LiveState, LiveStream } from './stream'
import type { AlertChanged } from './types'

const LiveContext = createContext<LiveStream | null>(null)

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [stream] = useState(() => {
    const refresher = new Refresher(client)
    return new LiveStream({
      onCommit: (datasets) => refresher.committed(datasets),
      onReset: () => void client.invalidateQueries(),
      onWall: () => void client.invalidateQueries({ queryKey: ['walls'] }),
    })
  })
  useEffect(() => {
    stream.start()
    const forget = onSession(stream.reopen)
    return () => {
      forget()
      stream.stop()
    }
  }, [stream])
  return <LiveContext value={stream}>{children}</LiveContext>
}

const quiet: LiveState = { status: 'waiting', since: 0, arrivals: [] }
const none = { subscribe: () => () => undefined, read: () => quiet }

/** Whether events flow, and since when that is so. */
export function useLine(): Pick<LiveState, 'status' | 'since'> {
  const stream = use(LiveContext) ?? none
  const status = useSyncExternalStore(stream.subscribe, () => stream.read().status)
  const since = useSyncExternalStore(stream.subscribe, () => stream.read().since)
  return { status, since }
}

/** What came in last, dataset by dataset; drawn anew with every commit. */
export function useArrivals(): LiveState['arrivals'] {
  const stream = use(LiveContext) ?? none
  return useSyncExternalStore(stream.subscribe, () => stream.read().arrivals)
}

/** Do something whenever records were stored, without drawing anything anew. */
export function useCommits(told: (datasets: readonly string[]) => void): void {
  const stream = use(LiveContext)
  useEffect(() => stream?.onCommit(told), [stream, told])
}

/** Do something whenever an alert opens, moves on or closes. */
export function useAlerts(told: (alert: AlertChanged) => void): void {
  const stream = use(LiveContext)
  useEffect(() => stream?.onAlert((alert) => told(alert as AlertChanged)), [stream, told])
}

/** A short break heals itself; after this long the reader is told. */
const patience = 4000

/** Since when the event stream is lost, once that lasts; null otherwise. */
export function useLostSince(): number | null {
  const { status, since } = useLine()
  const [toldOf, setToldOf] = useState<number | null>(null)
  useEffect(() => {
    if (status !== 'lost') return undefined
    const timer = setTimeout(() => setToldOf(since), patience)
    return () => clearTimeout(timer)
  }, [status, since])
  return status === 'lost' && toldOf === since ? since : null
}
