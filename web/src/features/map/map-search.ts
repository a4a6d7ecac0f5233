import { parseDuration } from '@/shared/format/duration'
import { type Drawing, readDrawing } from '@/shared/geo/drawing'
import { type Base, readBase } from '@/shared/map/basemap'
import type { AreaLevel } from '@/shared/map/colouring'

/** What the address of the map says. */
export type MapSearch = {
  layers?: string[]
  /** Layers of points shown by how densely they lie. */
  heat?: string[]
  /** Whose background the map has. */
  base?: Base
  /** Longitude and latitude of the middle, and zoom. */
  at?: [number, number, number]
  /** Longitude and latitude of the chosen point, WGS 84. */
  point?: [number, number]
  /** The chosen area. */
  area?: string
  /** The indicator that colours areas, of which level, over which period. */
  colour?: string
  level?: AreaLevel
  last?: string
  /** The moment that the map is shown at. */
  moment?: string
  /** What is drawn; what it encloses filters the map. */
  shape?: Drawing
}

function numbers<Wanted extends number[]>(value: unknown, many: Wanted['length']): Wanted | undefined {
  if (!Array.isArray(value) || value.length !== many) return undefined
  const found = value.map(Number)
  return found.every(Number.isFinite) ? (found as Wanted) : undefined
}

/** Keep what can be understood of an address that people may have changed by hand. */
export function readMapSearch(search: Record<string, unknown>): MapSearch {
  const { layers, area, colour, level, last } = search
  return {
    layers: Array.isArray(layers) ? layers.map(String) : undefined,
    heat: Array.isArray(search.heat) && search.heat.length > 0 ? search.heat.map(String) : undefined,
    base: readBase(search.base),
    at: numbers<[number, number, number]>(search.at, 3),
    point: numbers<[number, number]>(search.point, 2),
    area: typeof area === 'string' || typeof area === 'number' ? String(area).padStart(2, '0') : undefined,
    colour: typeof colour === 'string' ? colour : undefined,
    level: level === 'province' ? 'province' : undefined,
    last: typeof last === 'string' && parseDuration(last) !== null ? last : undefined,
    moment: typeof search.moment === 'string' && !Number.isNaN(Date.parse(search.moment)) ? search.moment : undefined,
    shape: readDrawing(search.shape),
  }
}
