import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { State } from '@/shared/api/types'
import { useCity, useFormat } from '@/shared/format/use-format'
import { CityMap } from '@/shared/map/city-map'
import type { Base } from '@/shared/map/basemap'
import type { Camera } from '@/shared/map/map-canvas'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { useNames } from '@/shared/widgets/use-names'

import { Arrivals } from './arrivals'
import { ChangesPanel } from './changes-panel'
import { FieldCard } from './field-card'
import { FieldCourse } from './field-course'
import classes from './home-page.module.css'
import { useAfterPaint } from './use-after-paint'
import { useChanges } from './use-changes'

export type HomeSearch = { since?: string; layers?: string[]; base?: Base; at?: [number, number, number]; area?: string }
type Props = { search: HomeSearch; onSearch: (change: HomeSearch, replace: boolean) => void }

const severity: Record<State, number> = { bad: 0, watch: 1, unknown: 2, good: 3 }

/** Toàn cảnh: every field with its state and its one worst thing, beside the city's map. */
export function HomePage({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const fields = useQuery(ask.fields())
  const layers = useQuery(ask.layers())
  const { data: datasets = [] } = useQuery(ask.datasets())
  const changed = useChanges(search.since, fields.data)
  const { data: indicators = [] } = useQuery(ask.indicators())
  const said = [
    ...(fields.data ?? []).flatMap(({ worst }) => worst ?? []),
    ...(changed.changes ?? []).flatMap(({ now, earlier }) => now ?? earlier ?? []),
  ].filter(({ where }) => where)
  const read = said.flatMap(({ indicator }) => indicators.find(({ id }) => id === indicator)?.dataset ?? [])
  const name = useNames([...new Set(read)], said.flatMap(({ where }) => Object.keys(where ?? {})))
  const titles = new Map(datasets.map(({ id, title }) => [id, format.text(title)]))
  const datasetTitle = (id: string) => titles.get(id) ?? id
  const sorted = (fields.data ?? []).toSorted((a, b) => severity[a.state] - severity[b.state])
  const mapsTurn = useAfterPaint(!fields.isPending)
  const shown = search.layers ?? (layers.data ?? []).filter(({ visible, kind }) => visible && kind === 'points').map(({ id }) => id)
  const camera: Camera | null = search.at ? { lon: search.at[0], lat: search.at[1], zoom: search.at[2] } : null
  const moved = ({ lon, lat, zoom }: Camera) =>
    onSearch({ at: [Number(lon.toFixed(4)), Number(lat.toFixed(4)), Number(zoom.toFixed(2))] }, true)

  return (
    <div className={classes.page}>
      <h1 className="tc-hidden">{t('home.title', { city: format.text(city.title) })}</h1>
      <aside aria-labelledby="fields-heading" className={classes.side}>
        <h2 className={classes.heading} id="fields-heading">
          {t('home.fields')}
        </h2>
        {fields.isError && !fields.data ? (
          <ErrorNotice error={fields.error} onRetry={() => void fields.refetch()} />
        ) : null}
        {fields.isPending ? [0, 1, 2].map((key) => <Skeleton height={96} key={key} radius="md" />) : null}
        {fields.data?.length === 0 ? <EmptyNotice hint={t('home.noFieldsHint')} title={t('home.noFields')} /> : null}
        <ul className={classes.cards}>
          {sorted.map((field) => (
            <li key={field.id}>
              <FieldCard
                course={changed.since === null ? null : <FieldCourse before={changed.before.data} field={field} />}
                datasetTitle={datasetTitle}
                field={field}
                placeName={name}
              />
            </li>
          ))}
        </ul>
        <ChangesPanel
          chosen={search.since}
          datasets={datasets}
          found={changed}
          onChoose={(since) => onSearch({ since }, false)}
          placeName={name}
        />
        <h2 className={classes.heading}>{t('home.arrivals')}</h2>
        <Arrivals datasetTitle={datasetTitle} />
      </aside>
      <div className={classes.map}>
        {layers.isError && !layers.data ? (
          <ErrorNotice error={layers.error} onRetry={() => void layers.refetch()} />
        ) : layers.data && mapsTurn ? (
          <CityMap
            actions={
              <Button
                leftSection={<Icon name="maximize" size={15} />}
                renderRoot={(props) => <Link {...props} search={{ ...search, since: undefined }} to="/map" />}
                size="compact-sm"
                variant="default"
              >
                {t('map.open')}
              </Button>
            }
            area={search.area ?? null}
            base={search.base}
            camera={camera}
            city={city}
            label={t('map.titleOf', { city: format.text(city.title) })}
            layers={layers.data}
            onArea={(area) => onSearch({ area }, true)}
            onBase={(base) => onSearch({ base }, true)}
            onMove={moved}
            panelOpen
            onShown={(chosen) => onSearch({ layers: chosen }, true)}
            shown={shown}
          />
        ) : (
          <Skeleton height="100%" radius={0} />
        )}
      </div>
    </div>
  )
}
