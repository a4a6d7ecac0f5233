import { Checkbox, Collapse, UnstyledButton } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { Layer } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'

import classes from './layer-panel.module.css'
import { Legend } from './legend'

type Props = { layers: Layer[]; shown: string[]; open: boolean; onShown: (shown: string[]) => void }

/** Which layers are drawn, and what their colours and shapes mean. */
export function LayerPanel({ layers, shown, open, onShown }: Props) {
  const { t } = useTranslation()
  const roomy = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure(roomy && open)
  const body = useId()
  if (layers.length === 0) return null
  return (
    <section aria-label={t('map.layers')} className={classes.panel}>
      <UnstyledButton aria-controls={body} aria-expanded={opened} className={classes.head} onClick={toggle}>
        <Icon name="stack-2" size={16} />
        <span>
          {t('map.layers')} <span className={classes.count}>{t('map.shown', { shown: shown.length, all: layers.length })}</span>
        </span>
        <Icon name={opened ? 'chevron-up' : 'chevron-down'} size={16} />
      </UnstyledButton>
      <Collapse expanded={opened} id={body}>
        <ul className={classes.list}>
          {layers.map((layer) => (
            <LayerRow
              key={layer.id}
              layer={layer}
              on={shown.includes(layer.id)}
              onToggle={(on) => onShown(toggled(layers, shown, layer, on))}
            />
          ))}
        </ul>
      </Collapse>
    </section>
  )
}

/** Points lie over each other; of layers that colour areas only one makes sense at a time. */
function toggled(layers: Layer[], shown: string[], layer: Layer, on: boolean): string[] {
  const kept = shown.filter((id) => id !== layer.id)
  if (!on) return kept
  const points = kept.filter((id) => layers.find((one) => one.id === id)?.kind === 'points')
  return [...(layer.kind === 'areas' ? points : kept), layer.id]
}

type RowProps = { layer: Layer; on: boolean; onToggle: (on: boolean) => void }

function LayerRow({ layer, on, onToggle }: RowProps) {
  const { i18n } = useTranslation()
  return (
    <li className={classes.item}>
      <Checkbox
        checked={on}
        label={i18n.language === 'en' ? layer.title.en : layer.title.vi}
        onChange={({ currentTarget }) => onToggle(currentTarget.checked)}
        size="xs"
      />
      {on ? <Legend layer={layer} /> : null}
    </li>
  )
}
