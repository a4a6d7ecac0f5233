import { useTranslation } from 'react-i18next'

import type { State } from '@/shared/api/types'

import classes from './state-mark.module.css'

/** The shape of each state in a box of 12 by 12; the map draws the same shapes. */
export const stateShapes: Record<State, { path: string; hollow?: boolean }> = {
  good: { path: 'M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0 -10z' },
  watch: { path: 'M6 0.500L11.700 11H0.300z' },
  bad: { path: 'M1 1h10v10H1z' },
  unknown: { path: 'M6 2a4 4 0 1 1 0 8a4 4 0 1 1 0 -8z', hollow: true },
}

type Props = {
  state: State
  /** The word beside the shape: the state's own, another one, or none (then it is named for screen readers). */
  word?: string | false
  size?: number
}

/** A state as shape, word and colour. */
export function StateMark({ state, word, size = 12 }: Props) {
  const { t } = useTranslation()
  const { path, hollow } = stateShapes[state]
  const name = word || t(`common.state.${state}`)
  return (
    <span className={classes.root}>
      <svg aria-hidden="true" className={classes.shape} height={size} viewBox="0 0 12 12" width={size}>
        <path
          d={path}
          fill={hollow ? 'none' : `var(--tc-${state})`}
          stroke={`var(--tc-${state})`}
          strokeDasharray={hollow ? '2.200 1.400' : undefined}
          strokeWidth={hollow ? 2 : 0}
        />
      </svg>
      <span className={word === false ? 'tc-hidden' : classes.word}>{name}</span>
    </span>
  )
}
