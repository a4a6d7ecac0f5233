import { useTranslation } from 'react-i18next'

import type { Text } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './figure.module.css'

type Props = {
  value: number | null | undefined
  unit?: string | null
  decimals?: number | null
  size?: 'text' | 'card' | 'large'
  /** What stands for the number where its measure is read in words. */
  word?: Text | null
}

const bare = new Set(['1', 'lần'])

/** A number with its unit, or the word for it; what is not known says so and is never drawn as zero. */
export function Figure({ value, unit, decimals, size = 'text', word }: Props) {
  const format = useFormat()
  const { t } = useTranslation()
  if (value === null || value === undefined) {
    return <span className={`${classes.none} ${classes[size]}`}>{t('common.noValue')}</span>
  }
  if (word) {
    return (
      <span className={`${classes.root} ${classes.said} ${classes[size]}`}>
        <span className={classes.value}>{format.text(word)}</span>
      </span>
    )
  }
  return (
    <span className={`tc-number ${classes.root} ${classes[size]}`}>
      <span className={classes.value}>{format.number(value, decimals)}</span>
      {unit && !bare.has(unit) ? <span className={classes.unit}>{'\u00a0'}{unit}</span> : null}
    </span>
  )
}
