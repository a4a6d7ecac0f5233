import { Button, NativeSelect } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { Map as MlMap } from 'maplibre-gl'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { City } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { meridianFor, meridians, meridianText } from '@/shared/geo/meridians'
import { vn2000 } from '@/shared/geo/vn2000'
import { Icon } from '@/shared/ui/icon'

import classes from './coordinates.module.css'

export type Point = [number, number]
type Props = {
  map: MlMap | null
  city: City
  open: boolean
  point: Point | null
  onPoint: (point: Point | undefined) => void
}

/** Where the pointer and a chosen point are, in WGS 84 and on the official grid VN-2000. */
export function Coordinates({ map, city, open, point, onPoint }: Props) {
  const { t } = useTranslation()
  const [pointer, setPointer] = useState<Point | null>(null)
  const known = meridianFor(city.area, city.centre?.[0] ?? 105)
  const names = useQueries({
    queries: known.parts.map(({ code }) => ({ ...ask.area(code), enabled: open })),
    combine: (found) => found.map(({ data }) => data?.name),
  })
  const parts = known.parts.map(({ code, meridian: one }, place) => `${names[place] ?? code} ${meridianText(one)}`).join(', ')
  const note = known.parts.length > 0 ? t('map.meridianParts', { parts }) : t(known.own ? 'map.meridianSource' : 'map.meridianGuess')
  const [meridian, setMeridian] = useState(known.meridian)
  useEffect(() => {
    if (!map || !open) return undefined
    const moved = map.on('mousemove', ({ lngLat }) => setPointer([lngLat.lng, lngLat.lat]))
    const left = map.on('mouseout', () => setPointer(null))
    const clicked = map.on('click', ({ lngLat }) => onPoint([round(lngLat.lng), round(lngLat.lat)]))
    return () => {
      moved.unsubscribe()
      left.unsubscribe()
      clicked.unsubscribe()
    }
  }, [map, open, onPoint])

  const choose = () => {
    const centre = map?.getCenter()
    if (centre) onPoint([round(centre.lng), round(centre.lat)])
  }
  if (!open) return null
  return (
    <section aria-label={t('map.coordinates')} className={classes.panel}>
      <div aria-live="polite">
        {point ? (
          <Place at={point} meridian={meridian} title={t('map.chosenPoint')} />
        ) : (
          <p className={classes.hint}>{t('map.choosePoint')}</p>
        )}
      </div>
      {pointer ? <Place at={pointer} meridian={meridian} title={t('map.pointer')} /> : null}
      <NativeSelect
        data={meridians.map((one) => ({ value: String(one), label: meridianText(one) }))}
        description={note}
        label={t('map.meridian')}
        onChange={({ currentTarget }) => setMeridian(Number(currentTarget.value))}
        size="xs"
        value={String(meridian)}
      />
      <div className={classes.buttons}>
        <Button leftSection={<Icon name="focus-2" size={14} />} onClick={choose} size="compact-xs" variant="default">
          {t('map.pointHere')}
        </Button>
        {point ? (
          <Button onClick={() => onPoint(undefined)} size="compact-xs" variant="default">
            {t('map.dropPoint')}
          </Button>
        ) : null}
      </div>
    </section>
  )
}

function round(degrees: number): number {
  return Number(degrees.toFixed(6))
}

function Place({ at, meridian, title }: { at: Point; meridian: number; title: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { north, east } = vn2000(at[0], at[1], meridian)
  return (
    <dl className={`tc-number ${classes.place}`}>
      <dt className={classes.title}>{title}</dt>
      <dt>WGS 84</dt>
      <dd>{t('map.wgs84', { lat: format.number(at[1], 6), lon: format.number(at[0], 6) })}</dd>
      <dt>VN-2000</dt>
      <dd>{t('map.vn2000', { north: format.number(north, 2), east: format.number(east, 2) })}</dd>
    </dl>
  )
}
