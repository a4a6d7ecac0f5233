import { useTranslation } from 'react-i18next'

import type { Quality } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { scores, scoreState } from '@/shared/ui/trust-chip'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './passport.module.css'

/** đủ · đúng · sạch · sống: each score with what it counts. */
export function PassportQuality({ quality }: { quality: Quality }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ul className={classes.scores}>
      {scores.map((score) => {
        const value = quality[score]
        return (
          <li key={score}>
            <StateMark state={scoreState(value)} word={t(`common.quality.${score}`)} />
            <span className={`tc-number ${classes.score}`}>
              {value === null ? t('common.noScore') : format.percent(value)}
            </span>
            <span className={classes.dim}>{t(`common.qualityMeans.${score}`)}</span>
          </li>
        )
      })}
    </ul>
  )
}
