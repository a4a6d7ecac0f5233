import type { LayerSpecification, RasterSourceSpecification } from 'maplibre-gl'

import type { Basemap, City, Text } from '@/shared/api/types'
import { escapeHtml } from '@/shared/format/escape-html'
import type { Colours } from '@/shared/theme/colours'

/** Whose background the map has: the platform's own, or the one that the city declares. */
export type Base = 'own' | 'city'

/** The name of the city's background among the sources of the map. */
export const basemapSource = 'basemap'

export function readBase(value: unknown): Base | undefined {
  return value === 'own' || value === 'city' ? value : undefined
}

/** Whose background is drawn: what people chose, or else what the city says. */
export function baseOf({ basemap }: City, chosen: Base | undefined): Base {
  return basemap && (chosen ?? (basemap.visible ? 'city' : 'own')) === 'city' ? 'city' : 'own'
}

export function basemapSourceOf(basemap: Basemap, origin: string, say: (text: Text) => string): RasterSourceSpecification {
  const { tiles, tile_size: tileSize, max_zoom: maxzoom, terms } = basemap
  const whose = escapeHtml(say(basemap.attribution))
  return {
    type: 'raster', tileSize, maxzoom,
    tiles: [tiles.startsWith('/') ? `${origin}${tiles}` : tiles],
    attribution: terms ? `<a href="${terms.replaceAll('"', '%22')}" target="_blank" rel="noreferrer">${whose}</a>` : whose,
  }
}

export function basemapLayer({ map }: Colours): LayerSpecification {
  return { id: basemapSource, type: 'raster', source: basemapSource, paint: { 'raster-brightness-max': map.picture } }
}
