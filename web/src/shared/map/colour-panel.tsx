import {
  Button, Collapse, type ComboboxParsedItem, Loader, type OptionsFilter, Select, UnstyledButton,
} from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Area } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { fold } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import { AreaValues } from './area-values'
import { ColourLegend } from './colour-legend'
import type { AreaLevel, Colour } from './colouring'
import classes from './layer-panel.module.css'
import type { Coloured } from './use-colouring'

const spans = ['24h', '7d', '30d', '90d', '365d']

type Props = {
  coloured: Coloured | null
  open: boolean
  areas: readonly Area[]
  onColour: (colour: Colour | undefined) => void
  onArea: (code: string) => void
}

/** Which indicator colours the areas, over which period, and what its colours mean. */
export function ColourPanel({ coloured, open, areas, onColour, onArea }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const roomy = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure(roomy && open)
  const { data: indicators = [] } = useQuery(ask.indicators())
  const { data: fields = [] } = useQuery(ask.fields())
  const body = useId()
  const colour = coloured?.colour
  const able = indicators.filter((one) => one.areas.length > 0)
  const groups = [...new Set(able.map(({ pack }) => pack))].map((pack) => ({
    group: format.text(fields.find(({ id }) => id === pack)?.title) || pack,
    items: able.filter((one) => one.pack === pack).map(({ id, title }) => ({ value: id, label: format.text(title) })),
  }))
  const levels = coloured?.indicator?.areas ?? []
  const choose = (id: string | null) => {
    const chosen = able.find((one) => one.id === id)
    if (!chosen) onColour(undefined)
    else onColour({ indicator: chosen.id, level: levelOf(chosen.areas, colour?.level), last: colour?.last ?? '7d' })
  }
  if (able.length === 0) return null
  return (
    <section aria-label={t('map.colour.title')} className={classes.panel}>
      <UnstyledButton aria-controls={body} aria-expanded={opened} className={classes.head} onClick={toggle}>
        <Icon name="palette" size={16} />
        <span>
          {t('map.colour.title')}
          {!opened && coloured?.indicator ? <span className={classes.what}>{format.text(coloured.indicator.title)}</span> : null}
        </span>
        {coloured?.busy ? <Loader aria-label={t('map.layerLoading')} color="gray" role="img" size={12} /> : null}
        <Icon name={opened ? 'chevron-up' : 'chevron-down'} size={16} />
      </UnstyledButton>
      <Collapse expanded={opened} id={body}>
        <div className={classes.form}>
          <Select
            aria-label={t('map.colour.indicator')}
            clearButtonProps={{ 'aria-label': t('map.colour.none') }}
            clearable
            data={groups}
            filter={matching}
            nothingFoundMessage={t('map.colour.unknown')}
            onChange={choose}
            placeholder={t('map.colour.indicator')}
            searchable
            size="xs"
            value={coloured?.indicator?.id ?? null}
          />
          {coloured && colour ? (
            <div className={classes.pickers}>
              <Select
                allowDeselect={false}
                aria-label={t('map.colour.period')}
                data={[...new Set([...spans, colour.last])].map((last) => ({
                  value: last, label: t('common.last', { span: format.span(parseDuration(last) ?? 0) }),
                }))}
                onChange={(last) => onColour({ ...colour, last: last ?? colour.last })}
                size="xs"
                value={colour.last}
              />
              {levels.length > 1 ? (
                <Select
                  allowDeselect={false}
                  aria-label={t('map.colour.level')}
                  data={levels.map((level) => ({ value: level, label: t(`map.colour.${level as AreaLevel}`) }))}
                  onChange={(level) => onColour({ ...colour, level: (level as AreaLevel | null) ?? colour.level })}
                  size="xs"
                  value={colour.level}
                />
              ) : null}
            </div>
          ) : null}
          {coloured?.escapes ? <p className={classes.note}>{t('map.colour.escapes')}</p> : null}
          {coloured?.error ? (
            <div className={classes.failed} role="alert">
              <span>
                <Icon name="alert-circle" size={14} /> {t('map.layerFailed')}
              </span>
              <Button onClick={coloured.retry} size="compact-xs" variant="default">
                {t('common.retry')}
              </Button>
            </div>
          ) : null}
          {coloured?.colouring && coloured.indicator ? (
            <>
              <ColourLegend areas={areas} colouring={coloured.colouring} indicator={coloured.indicator} />
              <AreaValues areas={areas} coloured={coloured} onArea={onArea} />
            </>
          ) : null}
        </div>
      </Collapse>
    </section>
  )
}

/** Options and whole groups whose words fit what was typed, with or without diacritics. */
const matching: OptionsFilter = ({ options, search }) => {
  const wanted = fold(search)
  const fits = (one: ComboboxParsedItem) => 'label' in one && fold(String(one.label)).includes(wanted)
  return options.flatMap((one): ComboboxParsedItem[] => {
    if (!('items' in one)) return fits(one) ? [one] : []
    const items = fold(String(one.group)).includes(wanted) ? one.items : one.items.filter(fits)
    return items.length > 0 ? [{ ...one, items }] : []
  })
}

function levelOf(able: readonly string[], wanted: AreaLevel | undefined): AreaLevel {
  return wanted && able.includes(wanted) ? wanted : able.includes('commune') ? 'commune' : 'province'
}
