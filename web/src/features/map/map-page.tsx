import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useCity, useFormat } from '@/shared/format/use-format'
import { CityMap } from '@/shared/map/city-map'
import type { Colour } from '@/shared/map/colouring'
import type { Camera } from '@/shared/map/map-canvas'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './map-page.module.css'
import type { MapSearch } from './map-search'
import { SelectionFigures } from './selection-figures'

type Props = { search: MapSearch; onSearch: (change: MapSearch) => void }

/** The city's map as a tool of its own; all that is set on it is part of its address. */
export function MapPage({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const layers = useQuery(ask.layers())
  const shown = search.layers ?? (layers.data ?? []).filter(({ visible, kind }) => visible && kind === 'points').map(({ id }) => id)
  const { colour: indicator, level = 'commune', last = '7d' } = search
  const colour = useMemo<Colour | null>(
    () => (indicator ? { indicator, level, last } : null),
    [indicator, level, last],
  )
  const kindOf = (id: string) => layers.data?.find((one) => one.id === id)?.kind
  const camera: Camera | null = search.at ? { lon: search.at[0], lat: search.at[1], zoom: search.at[2] } : null
  const title = t('map.titleOf', { city: format.text(city.title) })
  return (
    <div className={classes.page}>
      <h1 className="tc-hidden">{title}</h1>
      <div className={classes.map}>
        {layers.isError && !layers.data ? (
          <ErrorNotice error={layers.error} onRetry={() => void layers.refetch()} />
        ) : layers.data ? (
          <CityMap
            area={search.area ?? null}
            base={search.base}
            camera={camera}
            city={city}
            colour={colour}
            drawing={search.shape ?? null}
            label={title}
            layers={layers.data}
            onArea={(area) => onSearch({ area })}
            onBase={(base) => onSearch({ base })}
            onColour={(chosen) =>
              onSearch({
                colour: chosen?.indicator,
                level: chosen?.level === 'province' ? 'province' : undefined,
                last: chosen && chosen.last !== '7d' ? chosen.last : undefined,
                ...(chosen ? { layers: shown.filter((id) => kindOf(id) !== 'areas') } : {}),
              })
            }
            onDrawing={(shape) => onSearch({ shape })}
            heat={search.heat}
            onHeat={(heat) => onSearch({ heat: heat.length > 0 ? heat : undefined })}
            onMove={({ lon, lat, zoom }) =>
              onSearch({ at: [Number(lon.toFixed(4)), Number(lat.toFixed(4)), Number(zoom.toFixed(2))] })
            }
            moment={search.moment ?? null}
            onMoment={(moment) => onSearch({ moment })}
            onPoint={(point) => onSearch({ point })}
            onShown={(chosen) =>
              onSearch({ layers: chosen, ...(chosen.some((id) => kindOf(id) === 'areas') ? { colour: undefined } : {}) })
            }
            panelOpen
            searching
            point={search.point ?? null}
            selected={search.shape ? <SelectionFigures layers={layers.data.filter(({ id }) => shown.includes(id))} shape={search.shape} /> : null}
            shown={shown}
          />
        ) : (
          <Skeleton height="100%" radius={0} />
        )}
      </div>
    </div>
  )
}
