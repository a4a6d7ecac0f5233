import { useMemo } from 'react'

import type { Scalar, State, Widget } from '@/shared/api/types'
import { bandOf, stateOf, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { Figure } from '@/shared/ui/figure'
import scrolling from '@/shared/ui/scroll.module.css'
import { StateMark } from '@/shared/ui/state-mark'
import { Choice } from '@/shared/widget-actions/choice'

import { type AnswerView, linesOf } from './answer-view'
import { MeasureFrame, useWidgetTitle } from './measure-frame'
import classes from './status-grid-widget.module.css'
import { useAnswer, useIndicators } from './use-answer'
import { useNames } from './use-names'
import { type BoardView, widgetQuery } from './widget-query'

type Props = { widget: Widget; view: BoardView }
export type StatusCell = { key: string; dims: Scalar[]; value: number | null; at: number | null }

/** The newest known value of each combination of dimensions, and when it was measured. */
export function cellsOf(view: AnswerView): StatusCell[] {
  const first = view.values[0]
  if (!first) return []
  if (!view.timed) {
    return view.answer.rows.map((row) => {
      const dims = view.dimensions.map(({ name }) => view.cell(row, name))
      return { key: JSON.stringify(dims), dims, value: view.number(row, first.name), at: null }
    })
  }
  return linesOf(view)
    .filter((line) => line.value.name === first.name)
    .map(({ key, dims, points }) => {
      const last = points.findLast(([, value]) => value !== null)
      return { key, dims, value: last?.[1] ?? null, at: last?.[0] ?? null }
    })
}

const severity: Record<State, number> = { bad: 0, watch: 1, unknown: 2, good: 3 }

/** Every place of a measure as a small tile with its state, the worst first. */
export function StatusGridWidget({ widget, view }: Props) {
  const format = useFormat()
  const indicators = useIndicators()
  const title = useWidgetTitle(widget)
  const query = useMemo(() => widgetQuery(widget, view, [...indicators.values()]), [widget, view, indicators])
  const asked = useAnswer(query)
  const indicator = indicators.get(query.indicators[0] ?? '')
  const name = useNames(indicator ? [indicator.dataset] : [], query.by ?? [], view.boundaries)
  const measure = asked.answer?.provenance.indicators[0] ?? indicator
  const bands = measure?.bands ?? []
  const columns = asked.view?.dimensions.map((dimension) => dimension.name) ?? []
  const sign = indicator?.direction === 'up' ? 1 : -1
  const cells = (asked.view ? cellsOf(asked.view) : [])
    .map((cell) => ({ ...cell, state: stateOf(cell.value, bands), word: wordOf(cell.value, measure) }))
    .toSorted((a, b) => severity[a.state] - severity[b.state] || sign * ((a.value ?? 0) - (b.value ?? 0)))
  return (
    <MeasureFrame view={view} asked={asked} query={query} widget={widget}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <div aria-label={title} className={scrolling.scroll} role="group" tabIndex={0}>
        <ul className={classes.grid}>
          {cells.map((cell) => (
            <li className={classes.cell} data-state={cell.state} key={cell.key}>
              <Choice className={classes.name} dims={cell.dims.map((value, place) => [columns[place] ?? '', value])}>
                {cell.dims.map((value, place) => name(columns[place] ?? '', value)).join(' · ')}
              </Choice>
              <span className={classes.value}>
                <StateMark size={11} state={cell.state} word={false} />
                <PassportOf at={cell.at} dims={cell.dims.map((value, place) => [columns[place] ?? '', value])} indicator={indicator?.id}>
                  <Figure decimals={indicator?.decimals} unit={indicator?.unit} value={cell.value} word={cell.word} />
                </PassportOf>
              </span>
              <span className={classes.at}>
                <span>{cell.word ? '' : format.text(bandOf(cell.value, bands)?.title)}</span>
                {cell.at === null ? null : <span className="tc-number">{format.nearMoment(cell.at)}</span>}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </MeasureFrame>
  )
}
