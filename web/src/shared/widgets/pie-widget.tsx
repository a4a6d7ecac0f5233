import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { Figure } from '@/shared/ui/figure'
import { Choice, useChoice } from '@/shared/widget-actions/choice'

import { BarList, type BarRow } from './bar-list'
import { sharesOf, slicePath } from './circle'
import { MeasureFrame, useWidgetTitle } from './measure-frame'
import { circleOr, mostParts, wholeQuery } from './parts'
import classes from './pie-widget.module.css'
import { useAnswer } from './use-answer'
import { useBars } from './use-bars'
import type { BoardView } from './widget-query'

type Props = { widget: Widget; view: BoardView }

/** The parts of one whole as a ring, at most six; what is no whole, or has more parts, is drawn as bars and says why. */
export function PieWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const title = useWidgetTitle(widget)
  const { query, asked, rows } = useBars(widget, view)
  const total = useAnswer(wholeQuery(query))
  const first = total.view?.values[0]
  const row = total.view?.answer.rows[0]
  const whole = total.view && first && row ? total.view.number(row, first.name) : null
  const sorted = rows.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))
  const form = circleOr(sorted.map(({ value }) => value), whole)
  const undecided = asked.status.kind === 'ready' && total.status.kind !== 'ready' && total.status.kind !== 'empty'
  return (
    <MeasureFrame view={view} asked={undecided ? { ...asked, status: total.status } : asked} query={query} widget={widget}>
      {form === 'circle' ? (
        <Ring label={title} rows={sorted} whole={whole ?? 0} />
      ) : (
        <>
          <p className={classes.note}>
            {form === 'tooMany' ? t('board.pieTooMany', { count: sorted.length, most: mostParts }) : t('board.pieNoWhole')}
          </p>
          <BarList label={title} rows={sorted} />
        </>
      )}
    </MeasureFrame>
  )
}

/** From full to pale, the greatest first; neighbours differ, and the list beside says every share. */
const strengths = [100, 72, 50, 34, 22, 13]

function tone(place: number): string {
  return `color-mix(in oklab, var(--tc-series-1) ${strengths[place] ?? 13}%, var(--tc-surface))`
}

function Ring({ rows, whole, label }: { rows: BarRow[]; whole: number; label: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { choose } = useChoice()
  const drawn = rows.filter(({ value }) => value !== null && value > 0)
  const shares = sharesOf(
    drawn.map(({ value }) => value ?? 0),
    whole,
  )
  const unit = rows[0]?.unit ?? null
  return (
    <div className={classes.root}>
      <svg aria-hidden="true" className={classes.ring} viewBox="0 0 100 100">
        {shares.map(({ from, to }, place) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the names beside do the same by keyboard
          <path
            className={classes.slice}
            d={slicePath(from, to)}
            key={drawn[place]?.key}
            onClick={choose ? () => choose(drawn[place]?.dims ?? []) : undefined}
            style={{ fill: tone(place), cursor: choose ? 'pointer' : undefined }}
          />
        ))}
        <text className={classes.total} textAnchor="middle" x="50" y="49">
          {format.compact(whole)}
        </text>
        <text className={classes.unit} textAnchor="middle" x="50" y="60">
          {unit && unit !== '1' ? unit : t('board.total')}
        </text>
      </svg>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <div aria-label={label} className={classes.scroll} role="group" tabIndex={0}>
        <table className={classes.table}>
          <thead className="tc-hidden">
            <tr>
              <th scope="col">{t('board.part')}</th>
              <th scope="col">{t('board.amount')}</th>
              <th scope="col">{t('board.share')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={row.key}>
                {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its name is its content */}
                <th scope="row">
                  <span className={classes.name}>
                    <span aria-hidden="true" className={classes.swatch} style={{ background: row.value ? tone(place) : 'none' }} />
                    <Choice dims={row.dims ?? []}>{row.name}</Choice>
                  </span>
                </th>
                <td>
                  <PassportOf dims={row.dims} indicator={row.indicator}>
                    <Figure decimals={row.decimals} value={row.value} />
                  </PassportOf>
                </td>
                <td className={classes.share}>
                  {row.value === null ? '—' : `${format.number((row.value / whole) * 100, 1)} %`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
