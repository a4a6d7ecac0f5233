import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Quality } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './trust-chip.module.css'

export const scores = ['complete', 'correct', 'clean', 'live'] as const
export type Score = (typeof scores)[number]

/** Good from 90 %, bad below 70 %. */
export function scoreState(score: number | null): 'good' | 'watch' | 'bad' | 'unknown' {
  if (score === null) return 'unknown'
  if (score >= 0.9) return 'good'
  return score >= 0.7 ? 'watch' : 'bad'
}

type Props = { quality: Quality; onOpen?: () => void; words?: boolean }

/** đủ · đúng · sạch · sống: four small columns, the weakest named; pressed, it opens the passport. */
export function TrustChip({ quality, onOpen, words = false }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const said = scores
    .map((score) => {
      const value = quality[score]
      return `${t(`common.quality.${score}`)} ${value === null ? t('common.noScore') : format.percent(value)}`
    })
    .join(', ')
  const known = scores.filter((score) => quality[score] !== null)
  const weakest = known.reduce<Score | null>(
    (worst, score) => (worst === null || (quality[score] ?? 1) < (quality[worst] ?? 1) ? score : worst),
    null,
  )
  const least = weakest === null ? null : quality[weakest]
  const state = scoreState(least)
  const bars = (
    <>
      <span aria-hidden="true" className={classes.bars}>
        {scores.map((score) => (
          <span className={classes.bar} key={score}>
            <span
              className={classes.fill}
              data-state={scoreState(quality[score])}
              style={{ height: `${Math.max(8, (quality[score] ?? 0) * 100)}%` }}
            />
          </span>
        ))}
      </span>
      {weakest !== null && (words || state !== 'good') ? (
        <span aria-hidden="true" className={classes.word}>
          {t(`common.quality.${weakest}`)} {format.percent(least ?? 0)}
        </span>
      ) : null}
    </>
  )
  const label = t('common.trust', { said })
  if (!onOpen) {
    return (
      <span aria-label={label} className={classes.root} role="img" title={label}>
        {bars}
      </span>
    )
  }
  return (
    <UnstyledButton aria-label={label} className={classes.root} onClick={onOpen} title={label}>
      {bars}
    </UnstyledButton>
  )
}
