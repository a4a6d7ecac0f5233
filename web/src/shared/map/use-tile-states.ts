import type { Map as MlMap, MapSourceDataEvent } from 'maplibre-gl'
import { useCallback, useEffect, useRef, useState } from 'react'

import { useLine } from '@/shared/api/live'

/** How the tiles of a layer fare: on their way, drawn, or not obtained. */
export type TileState = 'loading' | 'ready' | 'failed'
export type TileStates = Readonly<Record<string, TileState>>

type Followed = { states: TileStates; watch: (map: MlMap) => void; retry: (source: string) => void }

/** Follow the tiles of each source of a map. `watch` begins it, `retry` fetches those of a source again. */
export function useTileStates(): Followed {
  const [states, setStates] = useState<TileStates>({})
  const watched = useRef<MlMap | null>(null)
  const failed = useRef(new Set<string>())
  const say = useCallback((source: string | undefined, state: TileState) => {
    if (source) setStates((now) => (now[source] === state ? now : { ...now, [source]: state }))
  }, [])
  const watch = useCallback((map: MlMap) => {
    watched.current = map
    failed.current.clear()
    map.on('sourcedataloading', ({ sourceId, tile }: MapSourceDataEvent) => {
      if (!tile) return
      failed.current.delete(sourceId)
      say(sourceId, 'loading')
    })
    map.on('sourcedata', ({ sourceId }: MapSourceDataEvent) => {
      if (!failed.current.has(sourceId) && map.getSource(sourceId) && map.isSourceLoaded(sourceId)) say(sourceId, 'ready')
    })
    map.on('idle', () => {
      setStates((now) => {
        const waiting = Object.keys(now).filter((id) => now[id] === 'loading')
        return waiting.length === 0 ? now : { ...now, ...Object.fromEntries(waiting.map((id) => [id, 'ready' as const])) }
      })
    })
    map.on('error', (event) => {
      const { sourceId } = event as typeof event & { sourceId?: string }
      if (!sourceId) return
      failed.current.add(sourceId)
      say(sourceId, 'failed')
    })
  }, [say])
  const retry = useCallback((source: string) => {
    failed.current.delete(source)
    say(source, 'loading')
    watched.current?.refreshTiles(source)
  }, [say])
  useHealed(() => {
    for (const id of Object.keys(watched.current?.getStyle()?.sources ?? {})) retry(id)
  })
  return { states, watch, retry }
}

/** Do something once the network is back. */
function useHealed(heal: () => void): void {
  const { status } = useLine()
  const wasLost = useRef(false)
  const latest = useRef(heal)
  useEffect(() => {
    latest.current = heal
  })
  useEffect(() => {
    if (status === 'lost') wasLost.current = true
    if (status !== 'live' || !wasLost.current) return
    wasLost.current = false
    latest.current()
  }, [status])
}
