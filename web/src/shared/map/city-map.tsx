import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Map as MlMap } from 'maplibre-gl'
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { City, Layer } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { type Drawing, ringOf } from '@/shared/geo/drawing'
import { useEscapeWithin } from '@/shared/ui/escape'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice } from '@/shared/ui/notices'
import { offerPictures } from '@/shared/widget-actions/map-pictures'

import classes from './city-map.module.css'
import { AreaCard } from './area-card'
import { BaseChoice } from './base-choice'
import { type Base, baseOf, basemapSource, basemapSourceOf } from './basemap'
import { ColourPanel } from './colour-panel'
import type { Colour } from './colouring'
import { Coordinates, type Point } from './coordinates'
import { DrawPanel } from './draw-panel'
import { flyHome, useHome } from './home-view'
import { HoverValue } from './hover-value'
import { LayerPanel } from './layer-panel'
import type { Camera } from './map-canvas'
import { type Picked, thingAt } from './map-hits'
import { PickedCard } from './picked-card'
import { PlaceSearch } from './place-search'
import { country, labelled } from './places'
import { useColouring } from './use-colouring'
import type { FoundPlace } from './use-places'
import { useDrawing } from './use-drawing'
import { type TimeSpan, TimePanel } from './time-panel'
import { useTileStates } from './use-tile-states'

const Canvas = lazy(() => import('./map-canvas').then((module) => ({ default: module.MapCanvas })))

type Props = {
  city: City
  label: string
  layers: Layer[]
  shown: string[]
  onShown: (shown: string[]) => void
  /** The area that filters the screen, drawn with a strong line. */
  area: string | null
  onArea?: (code: string | undefined) => void
  camera?: Camera | null
  /** Whether the layer panel is open at first, where there is room. */
  panelOpen?: boolean
  onMove?: (camera: Camera) => void
  /** A chosen point; where it can be chosen, its coordinates are read out. */
  point?: Point | null
  onPoint?: (point: Point | undefined) => void
  /** The indicator that colours the areas; where it can be chosen, there is a panel for it. */
  colour?: Colour | null
  onColour?: (colour: Colour | undefined) => void
  /** Layers of points shown by how densely they lie. */
  heat?: string[]
  onHeat?: (heat: string[]) => void
  /** Whose background the map has, where somebody chose. */
  base?: Base
  onBase: (base: Base) => void
  /** What is drawn; where it can be drawn, there are tools for it. */
  drawing?: Drawing | null
  onDrawing?: (drawing: Drawing | undefined) => void
  /** The moment at which layers are shown, null for now; where it can be chosen, there is a slider over a period. */
  moment?: string | null
  onMoment?: (moment: string | undefined) => void
  /** The period of that slider; that of the layers by default. */
  span?: TimeSpan
  /** What is said of an enclosed part of the map. */
  selected?: ReactNode
  /** Whether places can be searched. */
  searching?: boolean
  /** Further buttons at the bottom. */
  actions?: ReactNode
}

/** The city's map with its layers, legend and the card of what is chosen. */
export function CityMap(props: Props) {
  const { city, label, layers, shown, onShown, area, onArea, camera, panelOpen = false, onMove, actions, point = null, onPoint } = props
  const { colour = null, onColour, searching = false, drawing = null, onDrawing, selected, heat, onHeat, onBase, moment = null, onMoment } = props
  const { t } = useTranslation()
  const format = useFormat()
  const { language } = format
  const map = useRef<MlMap | null>(null)
  const [failed, setFailed] = useState(false)
  const [picked, setPicked] = useState<Picked | null>(null)
  const tiles = useTileStates()
  const [made, setMade] = useState<MlMap | null>(null)
  const [pointing, setPointing] = useState(onPoint !== undefined && point !== null)
  const latestOnPoint = useRef(onPoint)
  useEffect(() => {
    latestOnPoint.current = onPoint
  })
  const root = useRef<HTMLDivElement>(null)
  const drafting = useDrawing(made, drawing, onDrawing)
  const [tools, setTools] = useState(onDrawing !== undefined && drawing !== null)
  const ring = useMemo(() => (drawing && drafting.tool === null ? ringOf(drawing) : null), [drawing, drafting.tool])
  const coloured = useColouring(colour, city, ring)
  useEscapeWithin(root, [
    drafting.tool !== null && drafting.cancel,
    picked !== null && (() => setPicked(null)),
    pointing && (() => setPointing(false)),
    tools && (() => setTools(false)),
  ])
  const choosePoint = useCallback((at: Point | undefined) => latestOnPoint.current?.(at), [])
  const { data: provinces = [] } = useQuery(ask.areas({ level: 'province' }))
  const { data: communes = [] } = useQuery(ask.areas({ parent: city.area, level: 'commune' }))
  const { data: indicators = [] } = useQuery(ask.indicators())
  const places = useMemo(
    () => labelled([...provinces, ...communes], city, language, { hoangSa: t('map.hoangSa'), truongSa: t('map.truongSa'), eastSea: t('map.eastSea') }),
    [provinces, communes, city, language, t],
  )
  const base = baseOf(city, props.base)
  const { basemap } = city
  const background = useMemo(
    () => (basemap && base === 'city' ? basemapSourceOf(basemap, location.origin, format.text) : null),
    [basemap, base, format],
  )
  const tracks = layers.filter(({ id, kind }) => kind === 'tracks' && shown.includes(id))
  const [timing, setTiming] = useState(moment !== null)
  const seconds = Math.max(0, ...tracks.map((layer) => layer.window_seconds)) || 86_400
  const span = useMemo(() => ({ last: seconds * 1000 }), [seconds])
  const codes = useMemo(() => communes.map(({ code }) => code), [communes])
  const datasets = useMemo(() => {
    const found: Record<string, string> = {}
    for (const { id, dataset, indicator } of layers) {
      const read = dataset ?? indicators.find((one) => one.id === indicator)?.dataset
      if (read && shown.includes(id)) found[id] = read
    }
    return found
  }, [layers, shown, indicators])
  const goTo = ({ at, area: code, layer, zoom, name }: FoundPlace) => {
    const created = map.current
    if (layer && !shown.includes(layer)) onShown([...shown, layer])
    if (code) onArea?.(code)
    setPicked(at && layer ? { layer, at, properties: { label: name } } : null)
    if (!at || !created) return
    created.flyTo({ center: at, zoom, duration: 600 })
    if (layer) void created.once('idle').then(() => setPicked((now) => thingAt(created, layer, name) ?? now))
  }
  const home = useHome(city, panelOpen)

  const moves = (one: Picked | null) => tracks.some(({ id }) => id === one?.layer)

  if (failed) {
    return (
      <div className={classes.failed}>
        <EmptyNotice hint={t('map.noWebglHint')} title={t('map.noWebgl')} />
      </div>
    )
  }
  return (
    <div className={classes.root} ref={root}>
      <Suspense fallback={<Skeleton height="100%" radius={0} />}>
        <Canvas
          area={area}
          basemap={background}
          colouring={coloured?.colouring}
          communes={codes}
          datasets={datasets}
          homeCode={city.area}
          label={label}
          layers={layers}
          onArea={(code) => onArea?.(code === area ? undefined : code)}
          onFail={() => setFailed(true)}
          onMove={onMove}
          onPick={setPicked}
          onReady={(created) => {
            map.current = created
            setMade(created)
            tiles.watch(created)
            offerPictures(created)
          }}
          moment={moment}
          mark={moves(picked) ? null : (picked?.at ?? (pointing ? point : null))}
          places={places}
          drawn={drafting.drawn}
          heat={heat}
          pointing={pointing || drafting.tool !== null}
          ring={ring}
          shown={shown}
          start={(width, height) => camera ?? home(width, height)}
        />
      </Suspense>
      {drafting.tool ? <span aria-hidden="true" className={classes.cross} /> : null}
      {tracks.length > 0 || (timing && onMoment) ? (
        <TimePanel layers={layers} map={made} moment={moment} onMoment={onMoment} shown={shown} span={props.span ?? span} />
      ) : null}
      {coloured ? <HoverValue coloured={coloured} map={made} /> : null}
      <div className={classes.side}>
        <div className={classes.left}>
          {searching ? <PlaceSearch onGo={goTo} /> : null}
          <LayerPanel
            base={
              basemap ? (
                <BaseChoice
                  base={base}
                  basemap={basemap}
                  onBase={onBase}
                  onRetry={() => tiles.retry(basemapSource)}
                  tiles={tiles.states[basemapSource]}
                />
              ) : null
            }
            heat={heat}
            layers={layers}
            onHeat={onHeat}
            onRetry={tiles.retry}
            onShown={onShown}
            open={panelOpen}
            shown={shown}
            tiles={tiles.states}
          />
          {onColour ? (
            <ColourPanel
              areas={colour?.level === 'province' ? provinces.filter(({ code }) => code === city.area) : communes}
              coloured={coloured}
              onArea={(code) => onArea?.(code)}
              onColour={onColour}
              open={colour !== null}
            />
          ) : null}
        </div>
        <div className={classes.bottom}>
          {coloured && area && !picked ? <AreaCard code={area} coloured={coloured} onClose={() => onArea?.(undefined)} /> : null}
          {picked ? <PickedCard layers={layers} onClose={() => setPicked(null)} picked={picked} /> : null}
          {onPoint ? (
            <Coordinates city={city} map={made} onPoint={choosePoint} open={pointing} point={point} />
          ) : null}
          {onDrawing && tools ? (
            <DrawPanel drafting={drafting} drawing={drawing} onDrawing={onDrawing} selected={selected} />
          ) : null}
          <div className={classes.views}>
            <Button
              onClick={() => map.current && flyHome(map.current, home)}
              size="compact-sm"
              variant="default"
            >
              {t('map.wholeCity')}
            </Button>
            <Button
              onClick={() => map.current?.fitBounds(country, { padding: 24, duration: 600 })}
              size="compact-sm"
              variant="default"
            >
              {t('map.wholeCountry')}
            </Button>
            {onPoint ? (
              <Button
                aria-expanded={pointing}
                leftSection={<Icon name="current-location" size={15} />}
                onClick={() => setPointing((now) => !now)}
                size="compact-sm"
                variant={pointing ? 'filled' : 'default'}
              >
                {t('map.coordinates')}
              </Button>
            ) : null}
            {onMoment && tracks.length === 0 ? (
              <Button
                aria-expanded={timing}
                leftSection={<Icon name="history" size={15} />}
                onClick={() => {
                  onMoment(undefined)
                  setTiming((now) => !now)
                }}
                size="compact-sm"
                variant={timing ? 'filled' : 'default'}
              >
                {t('map.time.toggle')}
              </Button>
            ) : null}
            {onDrawing ? (
              <Button
                aria-expanded={tools}
                leftSection={<Icon name="ruler-2" size={15} />}
                onClick={() => {
                  drafting.cancel()
                  setTools((now) => !now)
                }}
                size="compact-sm"
                variant={tools ? 'filled' : 'default'}
              >
                {t('map.draw.title')}
              </Button>
            ) : null}
            {actions}
          </div>
        </div>
      </div>
    </div>
  )
}
