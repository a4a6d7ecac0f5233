import { circle, distance, length, type LonLat, surface } from './geodesy'

export type DrawingKind = 'polygon' | 'circle' | 'line'
/** What somebody drew on a map: corners of a polygon or points of a line, or a circle's middle and a point on it. */
export type Drawing = { kind: DrawingKind; at: LonLat[] }

const kinds = new Set<unknown>(['polygon', 'circle', 'line'])
export const mostCorners = 200

const round = ([lon, lat]: LonLat): LonLat => [Number(lon.toFixed(5)), Number(lat.toFixed(5))]

/** The corners of what a drawing encloses; null for a line. */
export function ringOf({ kind, at }: Drawing): LonLat[] | null {
  const [first, second] = at
  if (kind === 'line' || !first || !second) return null
  return kind === 'polygon' ? at : circle(first, distance(first, second)).map(round)
}

/** The corners as the condition `place.within` takes them in an address. */
export function withinText(ring: readonly LonLat[]): string {
  return ring.map(([lon, lat]) => `${lon} ${lat}`).join(',')
}

export type Measured = { length: number; surface: number | null; radius: number | null }

/** Metres along the line or around the edge, square metres inside, metres from the middle. */
export function measure(drawing: Drawing): Measured {
  const ring = ringOf(drawing)
  if (!ring?.[0]) return { length: length(drawing.at), surface: null, radius: null }
  const [middle, edge] = drawing.at
  return {
    length: length([...ring, ring[0]]),
    surface: surface(ring),
    radius: drawing.kind === 'circle' && middle && edge ? distance(middle, edge) : null,
  }
}

/** Two opposite corners as a ring of four. */
export function rectangle([west, south]: LonLat, [east, north]: LonLat): LonLat[] {
  return [[west, south], [east, south], [east, north], [west, north]]
}

/** A drawing to keep in an address, or null while it needs more points. */
export function finished(kind: DrawingKind, at: readonly LonLat[]): Drawing | null {
  const points = at.map(round).filter((point, place, all) => place === 0 || String(point) !== String(all[place - 1]))
  const fewest = kind === 'polygon' ? 3 : 2
  return points.length < fewest || points.length > mostCorners ? null : { kind, at: points }
}

/** A drawing of an address that people may have changed by hand. */
export function readDrawing(value: unknown): Drawing | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, at } = value as { kind?: unknown; at?: unknown }
  if (!kinds.has(kind) || !Array.isArray(at)) return undefined
  const points = at.map((one) => (Array.isArray(one) && one.length === 2 ? one.map(Number) : []) as LonLat)
  const good = points.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90)
  const wanted = kind === 'circle' ? points.length === 2 : true
  return good && wanted ? (finished(kind as DrawingKind, points) ?? undefined) : undefined
}
