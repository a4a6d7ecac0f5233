import { useMemo } from 'react'

import type { Answer, Widget } from '@/shared/api/types'
import { stateOf, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { DataTable, type TableColumn } from '@/shared/ui/data-table'
import { PassportOf } from '@/shared/passport/passport-of'
import { Figure } from '@/shared/ui/figure'
import { StateMark } from '@/shared/ui/state-mark'
import { Choice } from '@/shared/widget-actions/choice'

import { MeasureFrame, useWidgetTitle } from './measure-frame'
import classes from './table-widget.module.css'
import { useAnswer, useIndicators } from './use-answer'
import { useNames } from './use-names'
import { type BoardView, widgetQuery } from './widget-query'

type Props = { widget: Widget; view: BoardView }

/** Indicators side by side for each value of a dimension; states stand beside their figures. */
export function TableWidget({ widget, view }: Props) {
  const format = useFormat()
  const indicators = useIndicators()
  const title = useWidgetTitle(widget)
  const query = useMemo(() => widgetQuery(widget, view, [...indicators.values()]), [widget, view, indicators])
  const asked = useAnswer(query)
  const read = asked.view
  const datasets = [...new Set(query.indicators.flatMap((name) => indicators.get(name)?.dataset ?? []))]
  const name = useNames(datasets, query.by ?? [], view.boundaries)
  const columns: TableColumn[] = []
  if (read?.timed) columns.push({ key: 'time', title: format.text(asked.answer?.columns.find(({ role }) => role === 'time')?.title) })
  for (const dimension of read?.dimensions ?? []) columns.push({ key: dimension.name, title: format.text(dimension.title) })
  for (const value of read?.values ?? []) {
    const indicator = indicators.get(value.indicator ?? value.name)
    const said = indicator?.figure === 'band'
    const unit = value.unit && value.unit !== '1' && value.unit !== 'AQI' && !said ? ` (${value.unit})` : ''
    columns.push({
      key: value.name,
      title: `${format.text(indicator?.short ?? value.title)}${unit}`,
      align: 'end',
    })
  }
  const cells = (row: Answer['rows'][number]) => {
    if (!read) return []
    const times = read.timed ? [format.step(read.time(row), query.grain ?? null)] : []
    const rowDims = read.dimensions.map(({ name: column }) => [column, read.cell(row, column)] as const)
    const dims = rowDims.map(([column, value]) => (
      <Choice className={classes.dimension} dims={[[column, value]]} key={column}>
        {name(column, value)}
      </Choice>
    ))
    const values = read.values.map((value) => {
      const number = read.number(row, value.name)
      const indicator = indicators.get(value.indicator ?? value.name)
      const bands = indicator?.bands ?? []
      return (
        <span className={classes.value} key={value.name}>
          {bands.length > 0 && number !== null ? <StateMark size={10} state={stateOf(number, bands)} word={false} /> : null}
          <PassportOf at={read.timed ? read.time(row) : null} dims={rowDims} indicator={value.indicator ?? value.name}>
            <Figure decimals={value.decimals} value={number} word={wordOf(number, indicator)} />
          </PassportOf>
        </span>
      )
    })
    return [...times, ...dims, ...values]
  }
  return (
    <MeasureFrame view={view} asked={asked} query={query} widget={widget}>
      <DataTable renderRow={cells} columns={columns} dense label={title} rows={asked.answer?.rows ?? []} />
    </MeasureFrame>
  )
}
