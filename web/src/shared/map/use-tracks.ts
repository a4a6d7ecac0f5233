import { useQueries } from '@tanstack/react-query'
import type { GeoJSONSource, Map as MlMap } from 'maplibre-gl'
import { useCallback, useEffect, useMemo, useRef } from 'react'

import { ask } from '@/shared/api/queries'
import type { Layer, TrackSet } from '@/shared/api/types'

import { trailOf, wayOf } from './track-layers'
import { thingsAt, waysBetween } from './track-motion'

/** A span of time, in milliseconds since 1970. */
export type Span = { from: number; to: number }

export type Tracked = {
  sets: readonly { layer: string; set: TrackSet }[]
  loading: boolean
  /** Why the tracks of a layer are not there. */
  error: Error | null
  retry: () => void
  /** Draw everything as it was at a moment. */
  draw: (moment: number) => void
}

const trailShare = 1 / 12

/** The tracks of the layers that are shown, read once for a period and drawn at any moment of it. */
export function useTracks(map: MlMap | null, layers: readonly Layer[], shown: readonly string[], span: Span): Tracked {
  const ids = layers.filter(({ id, kind }) => kind === 'tracks' && shown.includes(id)).map(({ id }) => id)
  const from = new Date(span.from).toISOString()
  const to = new Date(span.to).toISOString()
  const found = useQueries({ queries: ids.map((id) => ask.tracks(id, from, to)) })
  const known = found.map(({ data }) => data)
  const sets = useMemo(
    () => ids.flatMap((layer, index) => (known[index] ? [{ layer, set: known[index] }] : [])),
    // oxlint-disable-next-line react/exhaustive-deps -- the answers themselves are what changes
    [ids.join(), ...known],
  )
  const latest = useRef({ moment: span.to, busy: false, due: false })
  const drawNow = useCallback(() => {
    const state = latest.current
    if (!map || sets.length === 0) return
    if (state.busy) {
      state.due = true
      return
    }
    state.busy = true
    state.due = false
    void paint(map, sets, state.moment).finally(() => {
      state.busy = false
      if (state.due) drawNow()
    })
  }, [map, sets])
  const draw = useCallback(
    (moment: number) => {
      latest.current.moment = moment
      drawNow()
    },
    [drawNow],
  )
  useEffect(() => {
    if (!map) return undefined
    const ways = () => {
      for (const { layer, set } of sets) sourceOf(map, wayOf(layer))?.setData(waysBetween(set.items, -Infinity, Infinity))
      drawNow()
    }
    ways()
    const styled = map.on('styledata', ways)
    return () => styled.unsubscribe()
  }, [map, sets, drawNow])
  return {
    sets,
    loading: found.some(({ isPending }) => isPending),
    error: found.find(({ isError, data }) => isError && !data)?.error ?? null,
    retry: () => found.forEach((one) => void one.refetch()),
    draw,
  }
}

function sourceOf(map: MlMap, id: string): GeoJSONSource | undefined {
  return map.getStyle() ? map.getSource<GeoJSONSource>(id) : undefined
}

async function paint(map: MlMap, sets: Tracked['sets'], moment: number): Promise<void> {
  await Promise.all(
    sets.flatMap(({ layer, set }) => {
      const begin = Date.parse(set.from)
      const second = (moment - begin) / 1000
      const trail = ((Date.parse(set.to) - begin) / 1000) * trailShare
      return [
        sourceOf(map, layer)?.setData(thingsAt(set.items, second)),
        sourceOf(map, trailOf(layer))?.setData(waysBetween(set.items, second - trail, second)),
      ]
    }),
  )
}
