import { useTranslation } from 'react-i18next'

import type { Layer, LegendEntry } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './layer-panel.module.css'

/** The states of a layer with their official names and limits. */
export function Legend({ layer }: { layer: Layer }) {
  const { t } = useTranslation()
  const format = useFormat()
  const range = ({ from, below }: LegendEntry): string => {
    const low = from ?? null
    const high = below ?? null
    if (low !== null && high !== null) return t('map.between', { low: format.number(low), high: format.number(high) })
    if (low !== null) return t('map.atLeast', { low: format.number(low) })
    if (high !== null) return t('map.below', { high: format.number(high) })
    return ''
  }
  return (
    <ul className={classes.legend}>
      {layer.legend.map((entry, place) => (
        <li className={classes.entry} key={`${entry.state}-${entry.from ?? place}`}>
          <StateMark size={10} state={entry.state} word={entry.title ? format.text(entry.title) : undefined} />
          <span className={`tc-number ${classes.range}`}>{range(entry)}</span>
        </li>
      ))}
    </ul>
  )
}
