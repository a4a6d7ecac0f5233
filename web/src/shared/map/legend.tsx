import { useTranslation } from 'react-i18next'

import type { Layer, LegendEntry } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './layer-panel.module.css'

type Row = { state: LegendEntry['state']; names: string[]; from: number | null; below: number | null }

const order = ['good', 'watch', 'bad', 'unknown']

/** Neighbouring ranges of one state as one row with all their official names. */
function rowsOf(legend: LegendEntry[], say: (entry: LegendEntry) => string): Row[] {
  const rows: Row[] = []
  for (const entry of legend) {
    const last = rows.at(-1)
    const name = say(entry)
    if (last?.state === entry.state) {
      if (name) last.names.push(name)
      last.below = entry.below ?? null
    } else {
      rows.push({ state: entry.state, names: name ? [name] : [], from: entry.from ?? null, below: entry.below ?? null })
    }
  }
  return rows.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
}

/** The states of a layer with their official names and limits. */
export function Legend({ layer }: { layer: Layer }) {
  const { t } = useTranslation()
  const format = useFormat()
  const range = ({ from: low, below: high }: Row): string => {
    if (low !== null && high !== null) return t('map.between', { low: format.number(low), high: format.number(high) })
    if (low !== null) return t('map.atLeast', { low: format.number(low) })
    if (high !== null) return t('map.below', { high: format.number(high) })
    return ''
  }
  return (
    <ul className={classes.legend}>
      {rowsOf(layer.legend, ({ title }) => format.text(title)).map((row) => (
        <li className={classes.entry} key={`${row.state}-${row.from ?? ''}`}>
          <StateMark size={10} state={row.state} word={row.names.join(', ') || undefined} />
          {layer.figure === 'band' ? null : <span className={`tc-number ${classes.range}`}>{range(row)}</span>}
        </li>
      ))}
    </ul>
  )
}
