import type { LayerSpecification } from 'maplibre-gl'

import type { Layer } from '@/shared/api/types'
import type { Colours } from '@/shared/theme/colours'

/** One hue that only grows stronger, so that it reads the same under every colour-vision deficiency. */
export const heatStops = [0, 0.15, 0.45, 1] as const
const strengths = [0, 22, 60, 100]

export function heatColours({ series }: Colours): string[] {
  return strengths.map((strength) => `${series[2] ?? '#888888'}${Math.round(strength * 2.25).toString(16).padStart(2, '0')}`)
}

/** How densely the points of a layer lie: cells count as many points as they gather. */
export function heatLayers(layer: Layer, inTiles: string, colours: Colours): LayerSpecification[] {
  const shades = heatColours(colours)
  return [
    {
      id: `${layer.id}/heat`, type: 'heatmap', source: layer.id, 'source-layer': inTiles, minzoom: layer.min_zoom,
      paint: {
        'heatmap-weight': ['ln', ['+', 1.7, ['coalesce', ['get', 'count'], 1]]],
        'heatmap-radius': ['interpolate', ['linear'], ['zoom'], 5, 12, 9, 28, 13, 46],
        'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 5, 0.5, 13, 1.4],
        'heatmap-color': [
          'interpolate', ['linear'], ['heatmap-density'],
          ...heatStops.flatMap((stop, place) => [stop, shades[place] ?? 'transparent']),
        ],
      } as Extract<LayerSpecification, { type: 'heatmap' }>['paint'],
    },
  ]
}
