import type { Map as MlMap, MapSourceDataEvent } from 'maplibre-gl'
import { useCallback, useState } from 'react'

/** How the tiles of a layer fare: on their way, drawn, or not obtained. */
export type TileState = 'loading' | 'ready' | 'failed'
export type TileStates = Readonly<Record<string, TileState>>

/** Follow the tiles of each source of a map. `watch` begins it and returns what ends it. */
export function useTileStates(): { states: TileStates; watch: (map: MlMap) => void } {
  const [states, setStates] = useState<TileStates>({})
  const watch = useCallback((map: MlMap) => {
    const say = (source: string | undefined, state: TileState) => {
      if (source) setStates((now) => (now[source] === state ? now : { ...now, [source]: state }))
    }
    const failed = new Set<string>()
    map.on('sourcedataloading', ({ sourceId, tile }: MapSourceDataEvent) => {
      if (!tile) return
      failed.delete(sourceId)
      say(sourceId, 'loading')
    })
    map.on('sourcedata', ({ sourceId }: MapSourceDataEvent) => {
      if (!failed.has(sourceId) && map.getSource(sourceId) && map.isSourceLoaded(sourceId)) say(sourceId, 'ready')
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
      failed.add(sourceId)
      say(sourceId, 'failed')
    })
  }, [])
  return { states, watch }
}
