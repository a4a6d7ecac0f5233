import { Button, Checkbox, Collapse, Loader, UnstyledButton } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Freshness, Layer } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { lateFor } from '@/shared/ui/lateness'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './layer-panel.module.css'
import { toggled } from './layer-choice'
import { HeatLegend } from './heat-legend'
import { Legend } from './legend'
import type { TileState, TileStates } from './use-tile-states'

type Props = {
  layers: Layer[]
  shown: string[]
  open: boolean
  tiles: TileStates
  onShown: (shown: string[]) => void
  onRetry: (layer: string) => void
  heat?: string[]
  onHeat?: (heat: string[]) => void
  /** What is said of the background below the layers. */
  base?: ReactNode
}

/** Which layers are drawn, what their colours and shapes mean, and how fresh and whole each is. */
export function LayerPanel({ layers, shown, open, tiles, onShown, onRetry, heat = [], onHeat, base }: Props) {
  const { t } = useTranslation()
  const roomy = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure(roomy && open)
  const { data: datasets = [] } = useQuery(ask.datasets())
  const body = useId()
  if (layers.length === 0 && !base) return null
  const drawn = layers.filter(({ id }) => shown.includes(id)).length
  return (
    <section aria-label={t('map.layers')} className={classes.panel}>
      <UnstyledButton aria-controls={body} aria-expanded={opened} className={classes.head} onClick={toggle}>
        <Icon name="stack-2" size={16} />
        <span>
          {t('map.layers')} <span className={classes.count}>{t('map.shown', { shown: drawn, all: layers.length })}</span>
        </span>
        <Icon name={opened ? 'chevron-up' : 'chevron-down'} size={16} />
      </UnstyledButton>
      <Collapse expanded={opened} id={body}>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling list must be reachable by keyboard */}
        <ul className={classes.list} tabIndex={opened ? 0 : undefined}>
          {layers.map((layer) => (
            <LayerRow
              freshness={datasets.find(({ id }) => id === layer.dataset)?.freshness}
              key={layer.id}
              layer={layer}
              heat={heat.includes(layer.id)}
              on={shown.includes(layer.id)}
              onHeat={
                onHeat && layer.kind === 'points'
                  ? (hot) => onHeat(hot ? [...heat, layer.id] : heat.filter((id) => id !== layer.id))
                  : undefined
              }
              onRetry={() => onRetry(layer.id)}
              onToggle={(on) => onShown(toggled(layers, shown, layer, on))}
              tiles={tiles[layer.id]}
            />
          ))}
        </ul>
        {base}
      </Collapse>
    </section>
  )
}

type RowProps = {
  layer: Layer
  on: boolean
  heat: boolean
  onHeat?: (heat: boolean) => void
  freshness: Freshness | undefined
  tiles: TileState | undefined
  onToggle: (on: boolean) => void
  onRetry: () => void
}

function LayerRow({ layer, on, heat, onHeat, freshness, tiles, onToggle, onRetry }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <li>
      <div className={classes.row}>
        <Checkbox
          checked={on}
          label={format.text(layer.title)}
          onChange={({ currentTarget }) => onToggle(currentTarget.checked)}
          size="xs"
        />
        {on && tiles === 'loading' ? <Loader aria-label={t('map.layerLoading')} color="gray" role="img" size={12} /> : null}
      </div>
      {on && tiles === 'failed' ? (
        <div className={classes.failed} role="alert">
          <span>
            <Icon name="alert-circle" size={14} /> {t('map.layerFailed')}
          </span>
          <Button onClick={onRetry} size="compact-xs" variant="default">
            {t('common.retry')}
          </Button>
        </div>
      ) : null}
      {freshness ? <Age freshness={freshness} /> : null}
      {on && onHeat ? (
        <Checkbox
          checked={heat}
          className={classes.option}
          label={t('map.heat.show')}
          onChange={({ currentTarget }) => onHeat(currentTarget.checked)}
          size="xs"
        />
      ) : null}
      {on && heat ? <HeatLegend /> : null}
      {on && !heat && layer.kind !== 'tracks' ? <Legend layer={layer} /> : null}
    </li>
  )
}

/** When the newest record is from; marked where that is later than was promised. */
function Age({ freshness }: { freshness: Freshness }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { newest, state } = freshness
  if (!newest) return <p className={classes.age}>{t('map.layerEmpty')}</p>
  const late = lateFor(freshness)
  return (
    <p className={classes.age}>
      {late !== null ? (
        <StateMark
          size={10}
          state={state}
          word={late === 0 ? t('common.partlyLate') : t('common.staleFor', { span: format.span(late) })}
        />
      ) : (
        t('map.newest', { at: format.nearMoment(newest) })
      )}
    </p>
  )
}
