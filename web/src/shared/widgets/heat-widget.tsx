import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { Chart } from '@/shared/chart/chart'
import { figureText, stateOf } from '@/shared/chart/bands'
import { calendarGrid, type HeatCell, type HeatGrid, heatOption } from '@/shared/chart/heat-option'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { useColours } from '@/shared/theme/colours'
import { StateMark } from '@/shared/ui/state-mark'
import { Choice, useChoice } from '@/shared/widget-actions/choice'

import { type AnswerView, linesOf } from './answer-view'
import classes from './heat-widget.module.css'
import { MeasureFrame, useWidgetTitle } from './measure-frame'
import type { TableContent } from './table-form'
import { useAnswer, useIndicators } from './use-answer'
import { type NameOf, useNames } from './use-names'
import { type BoardView, widgetQuery } from './widget-query'

type Props = { widget: Widget; view: BoardView }
type Labels = { step: (at: number) => string; name: NameOf }

/** A row for each value of the first dimension, a column for each step of time. */
function matrixGrid(view: AnswerView, { step, name }: Labels): HeatGrid {
  const lines = linesOf(view)
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b)
  const dimension = view.dimensions[0]?.name ?? ''
  const ys = lines.map((line) => name(dimension, line.dims[0] ?? null))
  const cells = lines.flatMap((line, y) =>
    line.points.map(([at, value]) => ({
      x: times.indexOf(at), y, at, value, name: `${ys[y] ?? ''} · ${step(at)}`, dims: [[dimension, line.dims[0] ?? null]] as const,
    })),
  )
  return { xs: times.map(step), ys, cells }
}

/** The dimensions of the row that a cell shows; a day of the calendar has none besides its moment. */
function rowOf({ dims = [] }: HeatCell) {
  return dims.filter(([column]) => column !== 'time')
}

/** A calendar of days, or a dimension against time, in the colours of the states. */
export function HeatWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const colours = useColours()
  const indicators = useIndicators()
  const title = useWidgetTitle(widget)
  const query = useMemo(() => widgetQuery(widget, view, [...indicators.values()]), [widget, view, indicators])
  const asked = useAnswer(query)
  const read = asked.view
  const indicator = indicators.get(query.indicators[0] ?? '')
  const name = useNames(indicator ? [indicator.dataset] : [], query.by ?? [], view.boundaries)
  const measure = asked.answer?.provenance.indicators[0] ?? indicator
  const bands = measure?.bands ?? []
  const unit = measure?.figure === 'band' || indicator?.unit === '1' ? '' : (indicator?.unit ?? '')

  let grid: HeatGrid = { xs: [], ys: [], cells: [] }
  const { choose } = useChoice()
  const [pressed, setPressed] = useState<HeatCell | null>(null)
  const cellAt = grid.cells.find(({ at, name: named }) => at === pressed?.at && named === pressed.name)
  const value = read?.values[0]
  if (read && value) {
    grid =
      read.dimensions.length === 0 && query.grain === 'day'
        ? calendarGrid(
            read.answer.rows.map((row) => ({
              day: format.wall(read.time(row)).slice(0, 10),
              at: read.time(row),
              value: read.number(row, value.name),
              dims: [['time', new Date(read.time(row)).toISOString()]],
            })),
            t('common.weekdays').split(' '),
            format,
          )
        : matrixGrid(read, { step: (at) => format.step(at, query.grain ?? null), name })
  }
  const option = heatOption({
    grid,
    bands,
    figure: measure?.figure ?? 'number',
    unit,
    decimals: indicator?.decimals ?? 0,
    colours,
    format,
    noValue: t('common.noValue'),
  })
  const counts = new Map<string, number>()
  for (const cell of grid.cells) {
    const state = stateOf(cell.value, bands)
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const figureOf = (cell: HeatCell, unit: string | null = null) => (
    <PassportOf at={cell.at} dims={rowOf(cell)} indicator={indicator?.id} key="value">
      {cell.value === null ? '—' : figureText(cell.value, measure, unit, indicator?.decimals ?? null, format)}
    </PassportOf>
  )
  const table = (): TableContent => ({
    columns: [
      { key: 'name', title: t('board.cell') },
      { key: 'value', title: `${title}${unit ? ` (${unit})` : ''}`, align: 'end' },
      { key: 'state', title: t('board.state') },
    ],
    rows: grid.cells
      .toReversed()
      .map((cell) => [
        <Choice dims={cell.dims ?? []} key="name">
          {cell.name}
        </Choice>,
        figureOf(cell),
        bands.length > 0 ? <StateMark key="state" size={10} state={stateOf(cell.value, bands)} /> : '—',
      ]),
  })
  return (
    <MeasureFrame view={view} asked={asked} query={query} table={table} widget={widget}>
      <div className={classes.root}>
        <div className={classes.chart}>
          <Chart
            label={t('board.heatLabel', { title, cells: grid.cells.length })}
            onPick={(_, place) => {
              setPressed(grid.cells[place] ?? null)
              choose?.(grid.cells[place]?.dims ?? [])
            }}
            option={option}
          />
        </div>
        {cellAt ? (
          <p aria-live="polite" className={classes.pressed}>
            {cellAt.name}: {figureOf(cellAt, indicator?.unit)}
          </p>
        ) : null}
        {bands.length > 0 ? (
          <ul className={classes.legend}>
            {(['good', 'watch', 'bad', 'unknown'] as const).map((state) =>
              counts.has(state) ? (
                <li key={state}>
                  <StateMark size={10} state={state} /> <span className="tc-number">{counts.get(state)}</span>
                </li>
              ) : null,
            )}
          </ul>
        ) : null}
      </div>
    </MeasureFrame>
  )
}
