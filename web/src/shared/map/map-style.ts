import type { ExpressionSpecification, LayerSpecification, RasterSourceSpecification, StyleSpecification } from 'maplibre-gl'

import type { Layer } from '@/shared/api/types'
import type { LonLat } from '@/shared/geo/geodesy'
import type { Colours } from '@/shared/theme/colours'

import { basemapLayer, basemapSource } from './basemap'
import { colourLayers } from './colour-layers'
import type { Colouring } from './colouring'
import { type Drawn, drawingLayers, polygonOf } from './drawing-layers'
import { heatLayers } from './heat-layers'
import { mapFonts } from './map-fonts'
import type { Places } from './places'
import { pointLabel } from './point-label'
import { trackLayers, trackSources } from './track-layers'

type Input = {
  origin: string
  colours: Colours
  homeCode: string
  /** The city's own background, over the ground and below all else. */
  basemap: RasterSourceSpecification | null
  /** An earlier moment that the layers are shown at. */
  moment?: string | null
  /** Codes of the city's own communes; only they are outlined. */
  communes: readonly string[]
  area: string | null
  layers: readonly Layer[]
  shown: readonly string[]
  places: Places
  picked: [number, number] | null
  locale: string
  /** How an indicator colours the areas. */
  colouring: Colouring | null
  /** Layers of points drawn by how densely they lie. */
  heat: readonly string[]
  drawn: Drawn
  /** What is enclosed; points outside it are faint. */
  ring: readonly LonLat[] | null
}

const font = ['Bold']

export function tileAddress(origin: string, layer: string): string {
  return `${origin}/tiles/${layer}/{z}/{x}/{y}.mvt`
}

/** The name of the layer inside its tiles. */
export function tileLayer(id: string): string {
  return id.slice(id.indexOf('.') + 1)
}

function byState(colours: Record<string, string>): ExpressionSpecification {
  return [
    'match', ['get', 'state'],
    'good', colours.good ?? '#888', 'watch', colours.watch ?? '#888', 'bad', colours.bad ?? '#888',
    colours.unknown ?? '#888',
  ]
}

const severity: ExpressionSpecification = ['match', ['get', 'state'], 'bad', 3, 'watch', 2, 'good', 1, 0]
const gathered: ExpressionSpecification = ['>', ['coalesce', ['get', 'count'], 1], 1]

/** The ground: sea, land, the city itself, boundaries. */
function ground({ colours, homeCode }: Input): LayerSpecification[] {
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': colours.map.sea } },
    {
      id: 'land', type: 'fill', source: 'areas.province', 'source-layer': 'province',
      paint: {
        'fill-color': ['case', ['==', ['get', 'code'], homeCode], colours.map.home, colours.map.land],
        'fill-antialias': false,
      },
    },
    {
      id: 'commune', type: 'fill', source: 'areas.commune', 'source-layer': 'commune', minzoom: 7,
      paint: { 'fill-color': colours.map.home, 'fill-opacity': 0 },
    },
  ]
}

function lines({ colours, homeCode, area, communes }: Input): LayerSpecification[] {
  return [
    {
      id: 'commune-line', type: 'line', source: 'areas.commune', 'source-layer': 'commune', minzoom: 7.5,
      filter: ['in', ['get', 'code'], ['literal', [...communes]]],
      paint: { 'line-color': colours.map.line, 'line-width': 0.6, 'line-opacity': 0.8 },
    },
    {
      id: 'province-line', type: 'line', source: 'areas.province', 'source-layer': 'province',
      paint: {
        'line-color': ['case', ['==', ['get', 'code'], homeCode], colours.dimmed, colours.map.line],
        'line-width': ['case', ['==', ['get', 'code'], homeCode], 1.4, 0.8],
      },
    },
    ...(['commune', 'province'] as const).map(
      (level): LayerSpecification => ({
        id: `chosen-${level}`, type: 'line', source: `areas.${level}`, 'source-layer': level,
        filter: ['==', ['get', 'code'], area ?? ''],
        paint: { 'line-color': colours.text, 'line-width': 2.5 },
      }),
    ),
  ]
}

function names({ colours }: Input): LayerSpecification[] {
  const paint = { 'text-halo-color': colours.map.sea, 'text-halo-width': 1.4 }
  const name: ExpressionSpecification = ['get', 'name']
  const layout = { 'text-field': name, 'text-font': font, 'text-max-width': 8 }
  const rank = (name: string): ExpressionSpecification => ['==', ['get', 'rank'], name]
  return [
    {
      id: 'name-commune', type: 'symbol', source: 'places', minzoom: 9.5, filter: rank('commune'),
      layout: { ...layout, 'text-size': ['interpolate', ['linear'], ['zoom'], 9.5, 10.5, 13, 13], 'text-padding': 6 },
      paint: { ...paint, 'text-color': colours.dimmed, 'text-halo-color': colours.map.home },
    },
    {
      id: 'name-province', type: 'symbol', source: 'places', maxzoom: 9.5, filter: rank('province'),
      layout: { ...layout, 'text-size': 12, 'symbol-sort-key': ['case', ['get', 'home'], 0, 1] },
      paint: { ...paint, 'text-color': ['case', ['get', 'home'], colours.text, colours.dimmed] },
    },
  ]
}

/** On every map, at every zoom, over everything else: the two archipelagos, and the East Sea. */
function always({ colours }: Input): LayerSpecification[] {
  const paint = { 'text-halo-color': colours.map.sea, 'text-halo-width': 1.4 }
  const layout = { 'text-field': ['get', 'name'] as ExpressionSpecification, 'text-font': font, 'text-max-width': 8 }
  return [
    {
      id: 'archipelago-dot', type: 'circle', source: 'places', filter: ['==', ['get', 'rank'], 'archipelago'],
      paint: { 'circle-radius': 2.5, 'circle-color': colours.text },
    },
    {
      id: 'name-sea', type: 'symbol', source: 'places', filter: ['==', ['get', 'rank'], 'sea'],
      layout: { ...layout, 'text-size': 13, 'text-letter-spacing': 0.15, 'text-allow-overlap': true },
      paint: { ...paint, 'text-color': colours.dimmed },
    },
    {
      id: 'name-archipelago', type: 'symbol', source: 'places', filter: ['==', ['get', 'rank'], 'archipelago'],
      layout: {
        ...layout, 'text-size': 13, 'text-anchor': 'top', 'text-offset': [0, 0.5], 'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { ...paint, 'text-color': colours.text },
    },
  ]
}

function choropleth(layer: Layer, { colours, communes }: Input): LayerSpecification[] {
  return [
    {
      id: layer.id, type: 'fill', source: layer.id, 'source-layer': tileLayer(layer.id), minzoom: layer.min_zoom,
      filter: ['any', ['has', 'value'], ['in', ['get', 'code'], ['literal', [...communes]]]],
      paint: {
        'fill-color': byState(colours.state),
        'fill-opacity': ['match', ['get', 'state'], 'bad', 0.62, 'watch', 0.5, 'good', 0.38, 0.12],
      },
    },
  ]
}

function points(layer: Layer, { colours, locale, ring }: Input): LayerSpecification[] {
  const opacity: number | ExpressionSpecification = ring ? ['case', ['within', polygonOf(ring)], 1, 0.18] : 1
  const common = { source: layer.id, 'source-layer': tileLayer(layer.id), minzoom: layer.min_zoom }
  return [
    {
      ...common, id: `${layer.id}/many`, type: 'circle', filter: gathered,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['log10', ['max', 1, ['get', 'count']]], 0.3, 11, 4, 26],
        'circle-color': colours.surface,
        'circle-stroke-color': byState(colours.state),
        'circle-stroke-width': 3, 'circle-opacity': opacity, 'circle-stroke-opacity': opacity,
      },
    },
    {
      ...common, id: `${layer.id}/count`, type: 'symbol', filter: gathered,
      layout: {
        'text-field': ['number-format', ['get', 'count'], { locale, 'max-fraction-digits': 0 }],
        'text-font': font, 'text-size': 12, 'text-allow-overlap': true,
      },
      paint: { 'text-color': colours.text, 'text-opacity': opacity },
    },
    {
      ...common, id: `${layer.id}/one`, type: 'symbol', filter: ['!', gathered],
      layout: {
        'icon-image': ['concat', 'state-', ['coalesce', ['get', 'state'], 'unknown']],
        'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': severity,
      },
      paint: { 'icon-opacity': opacity },
    },
    {
      ...common, id: `${layer.id}/label`, type: 'symbol', minzoom: Math.max(8, layer.min_zoom), filter: ['!', gathered],
      layout: {
        'text-field': pointLabel(layer, locale),
        'text-font': font, 'text-size': 11.5, 'text-anchor': 'top', 'text-offset': [0, 0.9], 'text-max-width': 9,
        'symbol-sort-key': ['-', 0, severity], 'text-padding': 2,
      },
      paint: { 'text-color': colours.text, 'text-halo-color': colours.map.home, 'text-halo-width': 1.6, 'text-opacity': opacity },
    },
  ]
}

/** The whole style: our own ground, the city's background if it is chosen, then choropleths, lines, names, points. */
export function mapStyle(input: Input): StyleSpecification {
  const { origin, layers, shown, places, picked, colours, colouring, communes, homeCode, heat, basemap } = input
  const visible = layers.filter(({ id }) => shown.includes(id))
  const spots = visible.filter(({ kind }) => kind === 'points')
  const tracks = visible.filter(({ kind }) => kind === 'tracks')
  const tiles = (id: string, maxzoom: number, moment?: string | null) => ({
    type: 'vector' as const, tiles: [tileAddress(origin, id) + (moment ? `?at=${encodeURIComponent(moment)}` : '')], minzoom: 0, maxzoom,
  })
  return {
    version: 8,
    'font-faces': mapFonts,
    sources: {
      ...(basemap ? { [basemapSource]: basemap } : {}),
      'areas.province': tiles('areas.province', 10),
      'areas.commune': { ...tiles('areas.commune', 12), minzoom: 7 },
      places: { type: 'geojson', data: places },
      drawing: { type: 'geojson', data: input.drawn },
      picked: {
        type: 'geojson',
        data: {
          type: 'FeatureCollection',
          features: picked
            ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: picked }, properties: {} }]
            : [],
        },
      },
      ...Object.fromEntries(visible.filter(({ kind }) => kind !== 'tracks').map(({ id }) => [id, tiles(id, 14, input.moment)])),
      ...Object.assign({}, ...tracks.map(trackSources)),
    },
    layers: [
      ...ground(input),
      ...(basemap ? [basemapLayer(colours)] : []),
      ...visible.filter(({ kind }) => kind === 'areas').flatMap((layer) => choropleth(layer, input)),
      ...(colouring ? colourLayers(colouring, colouring.level === 'commune' ? communes : [homeCode], colours) : []),
      ...lines(input),
      ...names(input),
      {
        id: 'picked', type: 'circle', source: 'picked',
        paint: {
          'circle-radius': 14, 'circle-opacity': 0, 'circle-stroke-width': 2.5, 'circle-stroke-color': colours.text,
        },
      },
      ...spots.filter(({ id }) => heat.includes(id)).flatMap((layer) => heatLayers(layer, tileLayer(layer.id), colours)),
      ...spots.filter(({ id }) => !heat.includes(id)).flatMap((layer) => points(layer, input)),
      ...tracks.flatMap((layer) => trackLayers(layer, colours, font)),
      ...drawingLayers(colours),
      ...always(input),
    ],
  }
}
