import type { Map as MlMap, MapGeoJSONFeature } from 'maplibre-gl'

import { colouredAreas } from './colour-layers'

export type Picked = { layer: string; at: [number, number]; properties: Record<string, unknown> }
type Handlers = { onPick: (picked: Picked | null) => void; onArea: (code: string, name: string) => void }

/** Whether a layer of the style draws points or their labels. */
export function isPoint(id: string): boolean {
  return id.endsWith('/one') || id.endsWith('/many') || id.endsWith('/label')
}

/** What a click on the map chooses: a point, else a cluster to look into, else an area. */
export function choose(map: MlMap, hits: MapGeoJSONFeature[], at: [number, number], handlers: Handlers): void {
  const hit = hits.find(({ layer }) => isPoint(layer.id))
  if (hit) {
    const spot = hit.geometry.type === 'Point' ? (hit.geometry.coordinates as [number, number]) : at
    if (hit.layer.id.endsWith('/many')) map.easeTo({ center: spot, zoom: Math.min(map.getZoom() + 2, 15) })
    else handlers.onPick({ layer: hit.source, at: spot, properties: hit.properties })
    return
  }
  const coloured = hits.find(({ layer, source }) => layer.type === 'fill' && !source.startsWith('areas.'))
  const area =
    coloured ??
    hits.find(({ layer }) => layer.id === colouredAreas) ??
    hits.find(({ layer }) => layer.id === 'commune') ??
    hits.find(({ layer }) => layer.id === 'land')
  if (coloured) handlers.onPick({ layer: coloured.source, at, properties: coloured.properties })
  else handlers.onPick(null)
  if (area) handlers.onArea(String(area.properties.code), String(area.properties.name))
}

/** The thing of that name that a layer draws now. */
export function thingAt(map: MlMap, layer: string, name: string): Picked | null {
  const one = `${layer}/one`
  const hit = map.getLayer(one)
    ? map.queryRenderedFeatures({ layers: [one] }).find(({ properties }) => properties.label === name)
    : undefined
  if (hit?.geometry.type !== 'Point') return null
  return { layer, at: hit.geometry.coordinates as [number, number], properties: hit.properties }
}
