import { describe, expect, it } from 'vitest'

import { boardView } from '@/features/board/board-search'
import { readMapSearch } from '@/features/map/map-search'
import type { Board, Layer, Track } from '@/shared/api/types'
import { spotAt, thingsAt, waysBetween } from '@/shared/map/track-motion'
import { keepingTracks, trackLayers, trackSources } from '@/shared/map/track-layers'
import { advanced } from '@/shared/map/use-playing'
import type { Colours } from '@/shared/theme/colours'

const ship: Track = {
  id: '574', series: { mmsi: '574' }, label: 'Hải An 01',
  parts: [
    { times: [0, 100, 300], lons: [106, 106.01, 106.01], lats: [20, 20, 20.02] },
    { times: [5000, 5600], lons: [107, 107], lats: [20, 20] },
  ],
}

describe('where a thing was', () => {
  it('lies evenly between two positions, with the way as its bearing', () => {
    expect(spotAt(ship, 50)).toMatchObject({ at: [106.005, 20], bearing: 90, still: false, held: false })
    const north = spotAt(ship, 200)
    expect(north?.at[1]).toBeCloseTo(20.01)
    expect(north?.bearing).toBe(0)
    expect(spotAt(ship, 100)?.at).toEqual([106.01, 20])
  })

  it('stays at the last position for ten minutes, marked, and then nobody knows', () => {
    expect(spotAt(ship, 800)).toMatchObject({ at: [106.01, 20.02], held: true })
    expect(spotAt(ship, 901)).toBeNull()
    expect(spotAt(ship, -1)).toBeNull()
    expect(spotAt(ship, 5300)).toMatchObject({ at: [107, 20], still: true, held: false })
  })

  it('gives each thing with its name', () => {
    expect(thingsAt([ship], 50).features[0]?.properties).toMatchObject({ id: '574', label: 'Hải An 01' })
    expect(thingsAt([ship], 2000).features).toEqual([])
  })
})

describe('the way behind a thing', () => {
  it('begins and ends between positions where it has to', () => {
    const [line, ...more] = waysBetween([ship], 50, 200).features
    expect(more).toEqual([])
    expect(line?.geometry.coordinates[0]).toEqual([106.005, 20])
    expect(line?.geometry.coordinates[1]).toEqual([106.01, 20])
    expect(line?.geometry.coordinates[2]?.[1]).toBeCloseTo(20.01)
  })

  it('is never drawn over a gap', () => {
    expect(waysBetween([ship], -Infinity, Infinity).features.map(({ geometry }) => geometry.coordinates.length)).toEqual([3, 2])
    expect(waysBetween([ship], 1000, 4000).features).toEqual([])
  })
})

describe('playing', () => {
  it('goes so many times faster than the clock and stops at the end', () => {
    expect(advanced(1000, 20, 300, { from: 0, to: 100_000 })).toBe(7000)
    expect(advanced(99_000, 20, 300, { from: 0, to: 100_000 })).toBe(100_000)
  })

  it('is drawn from sources of its own, under the name of the layer for what can be chosen', () => {
    const layer = { id: 's.tracks', kind: 'tracks', min_zoom: 0 } as Layer
    expect(Object.keys(trackSources(layer))).toEqual(['s.tracks/way', 's.tracks/trail', 's.tracks'])
    const drawn = trackLayers(layer, { map: {} } as Colours, ['Bold'])
    expect(drawn.every((one) => 'source' in one && one.source in trackSources(layer))).toBe(true)
  })
})

describe('a new style', () => {
  it('keeps what is drawn of tracks, and nothing else of the old one', () => {
    const layer = { id: 's.tracks', kind: 'tracks', min_zoom: 0 } as Layer
    const drawn = { type: 'geojson' as const, data: waysBetween([ship], 0, 300) }
    const other = { type: 'geojson' as const, data: thingsAt([], 0) }
    const style = (sources: object) => ({ version: 8 as const, layers: [], sources: sources as never })
    const next = style({ ...trackSources(layer), drawing: other })
    const kept = keepingTracks(style({ 's.tracks': drawn, 's.tracks/way': drawn, drawing: drawn }), next)
    expect(kept.sources).toMatchObject({ 's.tracks': drawn, 's.tracks/way': drawn, drawing: other })
    expect(kept.sources['s.tracks/trail']).toEqual(next.sources['s.tracks/trail'])
    expect(keepingTracks(undefined, next)).toEqual(next)
  })
})

describe('the moment in the address', () => {
  const board = { last: '24h', widgets: [] } as unknown as Board
  const moment = '2026-11-22T10:00:00.000Z'

  it('is kept on the map, and dropped when broken', () => {
    expect(readMapSearch({ moment }).moment).toBe(moment)
    expect(readMapSearch({ moment: 'soon' }).moment).toBeUndefined()
  })

  it('ends the period of a board, which stays as long', () => {
    expect(boardView(board, { moment })).toMatchObject({ from: '2026-11-21T10:00:00.000Z', to: moment, moment, scope: {} })
    expect(boardView(board, { moment, last: '1h' })).toMatchObject({ from: '2026-11-22T09:00:00.000Z', to: moment })
    const from = '2026-11-22T04:00:00.000Z'
    expect(boardView(board, { moment, from })).toMatchObject({ from, to: moment, scope: { from } })
    expect(boardView(board, {}).from).toBeUndefined()
  })
})
