import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'

import type { Layer } from '@/shared/api/types'
import type { Colours } from '@/shared/theme/colours'

/** Images of a thing on its way, pointing north, and of one that stands. */
export const moving = 'track-moving'
export const standing = 'track-standing'

/** The sources of a layer of tracks: its things (under the layer's own name), the way behind each, and all ways. */
const way = '/way'
const trail = '/trail'
export const trailOf = (layer: string) => `${layer}${trail}`
export const wayOf = (layer: string) => `${layer}${way}`

export function trackSources({ id }: Layer): Record<string, SourceSpecification> {
  const empty = { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } }
  return { [wayOf(id)]: empty, [trailOf(id)]: empty, [id]: empty }
}

/** A style in which layers of tracks keep what is drawn of them now. */
export function keepingTracks(before: StyleSpecification | undefined, next: StyleSpecification): StyleSpecification {
  const kept = Object.entries(next.sources).map(([id, source]) => {
    const drawn = before?.sources[id]
    const tracked = wayOf(id) in next.sources || id.endsWith(way) || id.endsWith(trail)
    return [id, tracked && drawn?.type === 'geojson' ? drawn : source] as const
  })
  return { ...next, sources: Object.fromEntries(kept) }
}

/** Lines in quiet colours; colour itself is kept for states. */
export function trackLayers({ id, min_zoom: minzoom }: Layer, colours: Colours, font: string[]): LayerSpecification[] {
  return [
    {
      id: wayOf(id), type: 'line', source: wayOf(id), minzoom,
      layout: { 'line-join': 'round' }, paint: { 'line-color': colours.dimmed, 'line-width': 1, 'line-opacity': 0.4 },
    },
    {
      id: trailOf(id), type: 'line', source: trailOf(id), minzoom,
      layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': colours.text, 'line-width': 2.5, 'line-opacity': 0.75 },
    },
    {
      id: `${id}/one`, type: 'symbol', source: id, minzoom,
      layout: {
        'icon-image': ['case', ['get', 'still'], standing, moving],
        'icon-rotate': ['case', ['get', 'still'], 0, ['get', 'bearing']],
        'icon-rotation-alignment': 'map', 'icon-allow-overlap': true, 'icon-ignore-placement': true,
      },
      paint: { 'icon-opacity': ['case', ['get', 'held'], 0.5, 1] },
    },
    {
      id: `${id}/label`, type: 'symbol', source: id, minzoom: Math.max(10.5, minzoom),
      layout: {
        'text-field': ['get', 'label'], 'text-font': font, 'text-size': 11.5, 'text-anchor': 'top', 'text-offset': [0, 0.9],
        'text-max-width': 9, 'text-padding': 2,
      },
      paint: { 'text-color': colours.text, 'text-halo-color': colours.map.home, 'text-halo-width': 1.6 },
    },
  ]
}
