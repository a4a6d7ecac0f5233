import type { Map as MlMap } from 'maplibre-gl'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { wordOf } from '@/shared/chart/bands'
import { Figure } from '@/shared/ui/figure'

import { colouredAreas } from './colour-layers'
import classes from './picked-card.module.css'
import type { Coloured } from './use-colouring'

type Under = { x: number; y: number; code: string; name: string }

/** The value of the area under the pointer, beside the pointer. */
export function HoverValue({ map, coloured }: { map: MlMap | null; coloured: Coloured }) {
  const { t } = useTranslation()
  const [under, setUnder] = useState<Under | null>(null)
  useEffect(() => {
    if (!map) return undefined
    const moved = map.on('mousemove', ({ point }) => {
      const hit = map.getLayer(colouredAreas)
        ? map.queryRenderedFeatures(point, { layers: [colouredAreas] })[0]
        : undefined
      setUnder(hit ? { x: point.x, y: point.y, code: String(hit.properties.code), name: String(hit.properties.name) } : null)
    })
    const left = map.on('mouseout', () => setUnder(null))
    return () => {
      moved.unsubscribe()
      left.unsubscribe()
    }
  }, [map])
  const { colouring, indicator } = coloured
  if (!under || !colouring || !indicator) return null
  const value = colouring.values.get(under.code)
  return (
    <div aria-hidden="true" className={classes.hover} style={{ left: under.x, top: under.y }}>
      <strong>{under.name}</strong>
      {value === undefined ? (
        t('map.colour.noData')
      ) : (
        <Figure decimals={indicator.decimals} unit={indicator.unit} value={value} word={wordOf(value, indicator)} />
      )}
    </div>
  )
}
