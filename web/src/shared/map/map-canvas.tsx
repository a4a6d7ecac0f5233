import 'maplibre-gl/dist/maplibre-gl.css'

import { AttributionControl, Map as MlMap, NavigationControl, type RasterSourceSpecification, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import type { Layer } from '@/shared/api/types'
import { useCommits } from '@/shared/api/live'
import { useFormat } from '@/shared/format/use-format'
import { type KeyBinding, useKeys } from '@/shared/ui/keys'
import type { LonLat } from '@/shared/geo/geodesy'
import { useColours } from '@/shared/theme/colours'

import { basemapSource } from './basemap'
import type { Colouring } from './colouring'
import type { Drawn } from './drawing-layers'
import { choose, isPoint, type Picked } from './map-hits'
import { mapStyle } from './map-style'
import type { Places } from './places'
import { addStateImages } from './state-images'
import { keepingTracks } from './track-layers'

setWorkerUrl(worker)

export type Camera = { lon: number; lat: number; zoom: number }

export type MapCanvasProps = {
  label: string
  /** Where a map of a width and height opens. */
  start: (width: number, height: number) => Camera
  homeCode: string
  /** The city's own background, where it is drawn. */
  basemap?: RasterSourceSpecification | null
  /** An earlier moment at which the layers are shown. */
  moment?: string | null
  communes: readonly string[]
  area: string | null
  layers: readonly Layer[]
  shown: readonly string[]
  places: Places
  colouring?: Colouring | null
  heat?: readonly string[]
  drawn: Drawn
  ring?: readonly LonLat[] | null
  /** Where the chosen thing or point is marked. */
  mark: [number, number] | null
  /** Whether a click chooses a point of the map and nothing on it. */
  pointing?: boolean
  /** Datasets of each shown layer, to fetch its tiles again when they grow. */
  datasets: Readonly<Record<string, string>>
  onPick: (picked: Picked | null) => void
  onArea: (code: string, name: string) => void
  onMove?: (camera: Camera) => void
  onReady: (map: MlMap) => void
  onFail: () => void
}

const mapKeys: readonly KeyBinding[] = [
  { keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'], does: 'pan' },
  { keys: ['plus', '-'], does: 'zoom' },
]
const none: readonly string[] = []
const freshTilesEvery = 5000

/** The MapLibre map itself. Everything it shows is in its style, which follows the props. */
export function MapCanvas(props: MapCanvasProps) {
  const { label, start, homeCode, communes, area, layers, shown, places, mark, datasets, colouring = null, drawn, ring = null, heat = none, basemap = null, moment = null } = props
  const { t } = useTranslation()
  const { language } = useFormat()
  const colours = useColours()
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<MlMap | null>(null)
  const ready = useRef(false)
  const handlers = useRef(props)
  const opening = useRef({ start, label })
  useEffect(() => {
    handlers.current = props
  })

  const locale = language === 'vi' ? 'vi-VN' : 'en-GB'
  const style = mapStyle({
    origin: location.origin, colours, homeCode, communes, area, layers, shown, places, picked: mark, locale, colouring, drawn, ring, heat, basemap, moment,
  })
  useKeys('map', mapKeys)
  const latest = useRef(style)
  useEffect(() => {
    latest.current = style
  })

  useEffect(() => {
    if (!box.current) return undefined
    let made: MlMap
    const first = opening.current.start(box.current.clientWidth, box.current.clientHeight)
    try {
      made = new MlMap({
        container: box.current,
        pixelRatio: window.devicePixelRatio * (box.current.currentCSSZoom || 1),
        style: latest.current,
        center: [first.lon, first.lat],
        zoom: first.zoom,
        minZoom: 3.6,
        maxZoom: 17,
        maxBounds: [[90, 0], [128, 30]],
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        fadeDuration: 0,
        locale: {
          'Map.Title': opening.current.label,
          'NavigationControl.ZoomIn': t('map.zoomIn'),
          'NavigationControl.ZoomOut': t('map.zoomOut'),
          'AttributionControl.ToggleAttribution': t('map.base.attribution'),
        },
      })
    } catch {
      handlers.current.onFail()
      return undefined
    }
    map.current = made
    made.touchZoomRotate.disableRotation()
    made.keyboard.disableRotation()
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    made.addControl(new AttributionControl({ customAttribution: '' }), 'bottom-right')
    made.addControl(new ScaleControl({ maxWidth: 90 }), 'bottom-right')
    made.on('click', (event) => {
      if (handlers.current.pointing) return
      const hits = made.queryRenderedFeatures([
        [event.point.x - 6, event.point.y - 6],
        [event.point.x + 6, event.point.y + 6],
      ])
      choose(made, hits, [event.lngLat.lng, event.lngLat.lat], handlers.current)
    })
    made.on('mousemove', (event) => {
      const hits = made.queryRenderedFeatures(event.point)
      made.getCanvas().style.cursor = hits.some(({ layer }) => isPoint(layer.id)) ? 'pointer' : ''
    })
    made.on('moveend', () => {
      const { lng, lat } = made.getCenter()
      handlers.current.onMove?.({ lon: lng, lat, zoom: made.getZoom() })
    })
    made.on('error', (event) => {
      const { error, sourceId } = event as typeof event & { sourceId?: string }
      if (sourceId !== basemapSource && !notObtained(error)) reportError(error)
    })
    made.on('load', () => {
      ready.current = true
      made.setStyle(latest.current, { diff: true, transformStyle: keepingTracks })
    })
    handlers.current.onReady(made)
    made.setMissingStyleImageResolver(() => undefined)
    return () => {
      made.remove()
      map.current = null
      ready.current = false
    }
  }, [t])

  useEffect(() => {
    const made = map.current
    if (!made) return
    addStateImages(made, colours)
    if (ready.current) made.setStyle(latest.current, { diff: true, transformStyle: keepingTracks })
  }, [colours, homeCode, communes, area, layers, shown, places, mark, locale, colouring, drawn, ring, heat, basemap, moment])

  useFreshTiles(map, datasets)
  return <div ref={box} style={{ width: '100%', height: '100%' }} />
}

/** A tile that no answer or a refusal came for: the state of its layer says so, and the page knows why. */
function notObtained(error: object): boolean {
  return 'status' in error
}

/** Fetch the tiles of a layer again, at most every few seconds, when records of its dataset were stored. */
function useFreshTiles(map: { current: MlMap | null }, datasets: Readonly<Record<string, string>>): void {
  const planned = useRef(new Map<string, ReturnType<typeof setTimeout>>())
  const last = useRef(new Map<string, number>())
  useEffect(() => {
    const timers = planned.current
    return () => {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    }
  }, [datasets])
  const renew = useCallback(
    (stored: readonly string[]) => {
      for (const [layer, dataset] of Object.entries(datasets)) {
        if (!stored.includes(dataset) || planned.current.has(layer)) continue
        const wait = (last.current.get(layer) ?? 0) + freshTilesEvery - Date.now()
        const timer = setTimeout(() => {
          planned.current.delete(layer)
          last.current.set(layer, Date.now())
          if (map.current?.getSource(layer)) map.current.refreshTiles(layer)
        }, Math.max(0, wait))
        planned.current.set(layer, timer)
      }
    },
    [datasets, map],
  )
  useCommits(renew)
}
