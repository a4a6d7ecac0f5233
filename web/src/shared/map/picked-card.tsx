import { CloseButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Layer, State } from '@/shared/api/types'
import { bandOf, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { FigureQuery } from '@/shared/passport/use-passport'
import { Figure } from '@/shared/ui/figure'
import { DatasetLink } from '@/shared/ui/links'
import { StateMark } from '@/shared/ui/state-mark'
import type { RecordsAddress } from '@/shared/widget-actions/records-search'

import type { Picked } from './map-hits'
import { pickedQuery } from './picked-query'
import classes from './picked-card.module.css'

type Props = { picked: Picked; layers: Layer[]; onClose: () => void }

const states = new Set<string>(['good', 'watch', 'bad', 'unknown'])

/** Which records of its dataset are those of a chosen thing, as far as the map knows. */
function recordsOf({ kind }: Layer, { code, series }: Picked['properties']): RecordsAddress {
  if (kind === 'areas') return { area: String(code ?? '') || undefined }
  return typeof series === 'string' ? { tab: 'records', f: JSON.parse(series) as Record<string, string> } : {}
}

/** What was chosen on the map: its name, value and state, and the way to its records. */
export function PickedCard({ picked, layers, onClose }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: indicators = [] } = useQuery(ask.indicators())
  const layer = layers.find(({ id }) => id === picked.layer)
  if (!layer) return null
  const { properties } = picked
  const indicator = indicators.find(({ id }) => id === layer.indicator)
  const value = typeof properties.value === 'number' ? properties.value : null
  const state = (states.has(String(properties.state)) ? properties.state : 'unknown') as State
  const band = bandOf(value, layer.legend)
  const word = wordOf(value, indicator)
  const name = String(properties.label ?? properties.name ?? properties.id ?? '')
  const dataset = layer.dataset ?? indicator?.dataset
  return (
    <section aria-label={name} aria-live="polite" className={classes.card}>
      <div className={classes.head}>
        <strong>{name}</strong>
        <CloseButton aria-label={t('common.close')} onClick={onClose} size="sm" />
      </div>
      <span className={classes.layer}>{format.text(indicator?.title ?? layer.title)}</span>
      {layer.kind === 'tracks' ? null : (
      <div className={classes.row}>
        <FigureQuery value={indicator ? pickedQuery(picked, layer, indicator) : null}>
          <PassportOf indicator={indicator?.id}>
            <Figure decimals={indicator?.decimals} size="card" unit={indicator?.unit} value={value} word={word} />
          </PassportOf>
        </FigureQuery>
        <StateMark state={state} word={band?.title && !word ? format.text(band.title) : undefined} />
      </div>
      )}
      {dataset ? (
        <DatasetLink
          id={dataset}
          search={recordsOf(layer, properties)}
        >
          {t('map.toRecords')}
        </DatasetLink>
      ) : null}
    </section>
  )
}
