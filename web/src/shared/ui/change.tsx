import { useTranslation } from 'react-i18next'

import type { Compare } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { Icon } from './icon'
import classes from './change.module.css'

export type Comparison = { kind: Compare; value: number | null }

type Props = {
  now: number | null
  than: Comparison
  unit: string | null
  decimals: number | null
  direction: 'up' | 'down' | 'none'
}

/** How a value stands against another: arrow, amount and word, and whether that is better or worse. */
export function Change({ now, than, unit, decimals, direction }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const against = t(`common.against.${than.kind}`)
  if (now === null || than.value === null) {
    return <span className={classes.root}>{t('common.noComparison', { against })}</span>
  }
  const rounded = Number((now - than.value).toFixed(decimals ?? 2))
  if (rounded === 0) {
    return (
      <span className={classes.root}>
        <Icon name="minus" size={14} /> {than.kind === 'target' ? t('common.onTarget') : t('common.unchanged')} {against}
      </span>
    )
  }
  const up = rounded > 0
  const target = than.kind === 'target'
  const better = direction === 'none' ? null : (direction === 'up') === up
  const measure = unit === '%' ? t('common.percentPoints') : unit === '1' ? '' : (unit ?? '')
  const amount = `${format.number(Math.abs(rounded), decimals)} ${measure}`.trim()
  return (
    <span className={`tc-number ${classes.root}`}>
      <Icon name={up ? 'arrow-up-right' : 'arrow-down-right'} size={14} />
      <span>
        {up ? t('common.higher', { amount }) : t('common.lower', { amount })} {against}
        {better === null ? null : (
          <strong className={better ? undefined : classes.worse}>
            {' · '}
            {t(better ? (target ? 'common.reached' : 'common.better') : target ? 'common.missed' : 'common.worse')}
          </strong>
        )}
      </span>
    </span>
  )
}
