import type { LayerSpecification } from 'maplibre-gl'

import { ringOf, type DrawingKind } from '@/shared/geo/drawing'
import type { LonLat } from '@/shared/geo/geodesy'
import type { Colours } from '@/shared/theme/colours'

type Geometry =
  | { type: 'Point'; coordinates: LonLat }
  | { type: 'LineString'; coordinates: LonLat[] }
  | { type: 'Polygon'; coordinates: LonLat[][] }
type Feature = { type: 'Feature'; geometry: Geometry; properties: Record<string, never> }
export type Drawn = { type: 'FeatureCollection'; features: Feature[] }

const feature = (geometry: Geometry): Feature => ({ type: 'Feature', geometry, properties: {} })

/** A closed ring as GeoJSON wants it. */
export function polygonOf(ring: readonly LonLat[]): Extract<Geometry, { type: 'Polygon' }> {
  const [first] = ring
  return { type: 'Polygon', coordinates: [first ? [...ring, first] : []] }
}

/** What is drawn so far: its points, the line between them, and what they enclose. */
export function drawnOf(kind: DrawingKind, at: readonly LonLat[]): Drawn {
  const ring = ringOf({ kind, at: [...at] })
  const features = at.map((point) => feature({ type: 'Point', coordinates: point }))
  if (ring && ring.length > 2) features.push(feature(polygonOf(ring)))
  else if (at.length > 1) features.push(feature({ type: 'LineString', coordinates: [...at] }))
  return { type: 'FeatureCollection', features }
}

/** A thin veil, a strong edge, and its corners. */
export function drawingLayers({ text, surface }: Colours): LayerSpecification[] {
  return [
    { id: 'drawing-fill', type: 'fill', source: 'drawing', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': text, 'fill-opacity': 0.06 } },
    { id: 'drawing-line', type: 'line', source: 'drawing', paint: { 'line-color': text, 'line-width': 2, 'line-dasharray': [3, 1.5] } },
    {
      id: 'drawing-point', type: 'circle', source: 'drawing', filter: ['==', ['geometry-type'], 'Point'],
      paint: { 'circle-radius': 4, 'circle-color': surface, 'circle-stroke-color': text, 'circle-stroke-width': 2 },
    },
  ]
}
