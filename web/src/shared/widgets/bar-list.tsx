import type { ReactNode } from 'react'

import type { State, Text } from '@/shared/api/types'
import { PassportOf } from '@/shared/passport/passport-of'
import { Figure } from '@/shared/ui/figure'
import scrolling from '@/shared/ui/scroll.module.css'
import { StateMark } from '@/shared/ui/state-mark'
import { Choice, type Dims } from '@/shared/widget-actions/choice'

import classes from './bar-list.module.css'

export type BarRow = {
  key: string
  name: string
  indicator: string
  value: number | null
  unit: string | null
  decimals: number | null
  /** What stands for the number. */
  word?: Text
  state: State | null
  target?: number | null
  note?: ReactNode
  rank?: number
  dims?: Dims
  /** Where the value surely lies; it is drawn as a dot on a span instead of a bar. */
  interval?: [number, number]
  /** Said to those who do not see the drawing. */
  spoken?: string
}

type Props = { rows: BarRow[]; label: string; least?: number; most?: number }

function loud(state: State | null): State | undefined {
  return state === 'watch' || state === 'bad' ? state : undefined
}

/** Names, bars and figures in rows: rankings, bullets and bars by category. The figures carry the message. */
export function BarList({ rows, label, least = 0, most }: Props) {
  const greatest = most ?? Math.max(...rows.map(({ value, target }) => Math.max(value ?? 0, target ?? 0)), 0)
  const share = (value: number) => `${Math.max(0, Math.min(1, (value - least) / (greatest - least || 1))) * 100}%`
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <div aria-label={label} className={scrolling.scroll} role="group" tabIndex={0}>
      <ul className={classes.list}>
        {rows.map((row) => (
          <li className={classes.row} key={row.key}>
            <div className={classes.head}>
              <span className={classes.name} title={row.name}>
                {row.rank === undefined ? null : <span className={classes.rank}>{row.rank}</span>}
                <Choice dims={row.dims ?? []}>{row.name}</Choice>
              </span>
              <span className={classes.value}>
                {row.note ? <span className={classes.note}>{row.note}</span> : null}
                {row.state ? <StateMark size={10} state={row.state} word={false} /> : null}
                <PassportOf dims={row.dims} indicator={row.indicator}>
                  <Figure decimals={row.decimals} unit={row.unit} value={row.value} word={row.word} />
                </PassportOf>
                {row.spoken ? <span className="tc-hidden">{row.spoken}</span> : null}
              </span>
            </div>
            <div aria-hidden="true" className={classes.track}>
              {row.interval ? (
                <span
                  className={classes.span}
                  style={{ left: share(row.interval[0]), right: `calc(100% - ${share(row.interval[1])})` }}
                />
              ) : null}
              {row.value === null ? null : row.interval ? (
                <span className={classes.dot} data-state={loud(row.state)} style={{ left: share(row.value) }} />
              ) : (
                <span
                  className={classes.fill}
                  data-state={loud(row.state)}
                  style={{ width: share(row.value) }}
                />
              )}
              {row.target === null || row.target === undefined ? null : (
                <span className={classes.target} style={{ left: share(row.target) }} />
              )}
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
