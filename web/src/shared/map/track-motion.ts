import type { Feature, FeatureCollection, LineString, Point } from 'geojson'

import type { Track, TrackPart } from '@/shared/api/types'

type Spot = { at: [number, number]; bearing: number; still: boolean; held: boolean }
export type Things = FeatureCollection<Point>
export type Ways = FeatureCollection<LineString>

/** For how many seconds after its last position a thing is still drawn there. */
const hold = 600
/** Slower than this, in metres a second, a thing stands: its direction means nothing. */
const slow = 0.25
const degree = 111_195

/** The index of the last of some ascending numbers that is not past `value`; -1 where all are. */
function before(numbers: readonly number[], value: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Where a thing was at a second of the period, moving evenly between two positions; null while nobody knows. */
export function spotAt({ parts }: Pick<Track, 'parts'>, second: number): Spot | null {
  const part = parts.findLast(({ times }) => (times[0] ?? Infinity) <= second)
  if (!part || second > (part.times.at(-1) ?? 0) + hold) return null
  const index = Math.min(before(part.times, second), Math.max(0, part.times.length - 2))
  const [t0 = 0, t1 = t0] = part.times.slice(index, index + 2)
  const [x0 = 0, x1 = x0] = part.lons.slice(index, index + 2)
  const [y0 = 0, y1 = y0] = part.lats.slice(index, index + 2)
  const share = t1 > t0 ? Math.min(1, (second - t0) / (t1 - t0)) : 0
  const east = (x1 - x0) * Math.cos((y0 * Math.PI) / 180)
  const north = y1 - y0
  return {
    at: [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share],
    bearing: ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360,
    still: t1 === t0 || (Math.hypot(east, north) * degree) / (t1 - t0) < slow,
    held: second > t1,
  }
}

/** All things of a layer at a second of the period. */
export function thingsAt(tracks: readonly Track[], second: number): Things {
  const features = tracks.flatMap(({ id, series, label, parts }): Feature<Point>[] => {
    const spot = spotAt({ parts }, second)
    if (!spot) return []
    const { at, bearing, still, held } = spot
    // The map's library takes no objects among the properties.
    const properties = { id, series: JSON.stringify(series), label: label ?? id, bearing, still, held }
    return [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties }]
  })
  return { type: 'FeatureCollection', features }
}

/** The ways that the things of a layer went from one second to another. */
export function waysBetween(tracks: readonly Track[], from: number, to: number): Ways {
  const features = tracks.flatMap(({ parts }) => parts.flatMap((part) => lineOf(part, from, to) ?? []))
  return { type: 'FeatureCollection', features }
}

function lineOf(part: TrackPart, from: number, to: number): Feature<LineString> | null {
  const { times, lons, lats } = part
  const first = times[0] ?? Infinity
  const last = times.at(-1) ?? -Infinity
  if (first >= to || last <= from) return null
  const start = before(times, from) + 1
  const end = before(times, to)
  const coordinates: [number, number][] = []
  for (let index = start; index <= end; index++) coordinates.push([lons[index] ?? 0, lats[index] ?? 0])
  const edge = (second: number) => spotAt({ parts: [part] }, second)?.at
  const entry = first < from ? edge(from) : undefined
  const exit = last > to ? edge(to) : undefined
  if (entry) coordinates.unshift(entry)
  if (exit) coordinates.push(exit)
  return coordinates.length > 1 ? { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: {} } : null
}
