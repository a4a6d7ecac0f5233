import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { figureText } from '@/shared/chart/bands'
import { Chart } from '@/shared/chart/chart'
import { nearestPoint } from '@/shared/chart/nearest-point'
import { type TimeSeries, timeOption } from '@/shared/chart/time-option'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { usePassport } from '@/shared/passport/use-passport'
import { useColours } from '@/shared/theme/colours'

import { lastKnown, type Line, linesOf } from './answer-view'
import { MeasureFrame, useWidgetTitle } from './measure-frame'
import { mayStack, stackOf, wholeQuery } from './parts'
import { SeriesLegend } from './series-legend'
import classes from './time-widget.module.css'
import type { TableContent } from './table-form'
import { useAnswer, useIndicators } from './use-answer'
import { useNames } from './use-names'
import { type BoardView, stepOf, widgetQuery } from './widget-query'

type Props = { widget: Widget; view: BoardView; kind: 'line' | 'area' | 'bar' }

const coloured = 4
const highlighted = 3

/** The worst first: the highest where low is better, the lowest where high is better. */
function worstFirst(lines: Line[], direction: 'up' | 'down' | 'none'): Line[] {
  const sign = direction === 'up' ? 1 : -1
  return lines.toSorted((a, b) => {
    const [left, right] = [lastKnown(a), lastKnown(b)]
    if (left === null || right === null) return left === null ? (right === null ? 0 : 1) : -1
    return sign * (left - right)
  })
}

function sumOf({ points }: Line): number {
  return points.reduce((sum, [, value]) => sum + (value ?? 0), 0)
}

/**
 * A course over time. Of many lines the worst three are coloured until the reader chooses others. Areas that add up to
 * one whole are stacked, the greatest first and the others joined.
 */
export function TimeWidget({ widget, view, kind }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const colours = useColours()
  const indicators = useIndicators()
  const title = useWidgetTitle(widget)
  const [chosen, setChosen] = useState<string[] | null>(null)
  const query = useMemo(() => widgetQuery(widget, view, [...indicators.values()]), [widget, view, indicators])
  const asked = useAnswer(query)
  const read = asked.view
  const first = indicators.get(query.indicators[0] ?? '')
  const name = useNames(first ? [first.dataset] : [], query.by ?? [], view.boundaries)
  const passport = asked.answer?.provenance.indicators[0]

  const parted = kind === 'area' && (query.by?.length ?? 0) > 0 && query.indicators.length === 1
  const total = useAnswer(wholeQuery(query), parted)
  const { lines, stacked } = useMemo(() => {
    const found = read ? linesOf(read) : []
    const stacks = parted && total.view !== null && mayStack(found, total.view)
    if (stacks) return { lines: found.toSorted((a, b) => sumOf(b) - sumOf(a)), stacked: true }
    const split = read !== null && read.dimensions.length > 0
    return { lines: split ? worstFirst(found, first?.direction ?? 'none') : found, stacked: false }
  }, [read, first, parted, total.view])
  const many = lines.length > coloured
  const main = useMemo(() => {
    const keys = chosen ?? lines.slice(0, many ? highlighted : coloured).map(({ key }) => key)
    return lines.filter(({ key }) => keys.includes(key)).slice(0, coloured)
  }, [chosen, lines, many])

  const titleOf = (line: Line): string => {
    const dims = line.dims.map((value, place) => name(read?.dimensions[place]?.name ?? '', value)).join(' · ')
    const measure = format.text(indicators.get(line.value.indicator ?? line.value.name)?.short ?? line.value.title)
    if (!dims) return measure
    return (read?.values.length ?? 0) > 1 ? `${dims} · ${measure}` : dims
  }
  const joined = stacked ? stackOf(lines, main, stepOf(query.grain)) : null
  const drawn: { line: Line | null; points: Line['points'] }[] =
    joined ?? [...main, ...lines.filter((line) => !main.includes(line))].map((line) => ({ line, points: line.points }))
  const series: TimeSeries[] = drawn.map(({ line, points }) => ({
    name: line ? titleOf(line) : t('board.otherParts'),
    points,
    unit: (line?.value ?? first)?.unit ?? null,
    decimals: (line?.value ?? first)?.decimals ?? null,
    role: line && main.includes(line) ? ('main' as const) : ('rest' as const),
  }))
  const against = query.compare?.find((one) => one !== 'target')
  if (read && against && lines.length === 1 && read.timed) {
    for (const column of read.values.slice(0, 1)) {
      series.push({
        name: t(`common.against.${against}`),
        points: read.answer.rows.map((row) => [read.time(row), read.compared(row, column, against)]),
        unit: column.unit,
        decimals: column.decimals,
        role: 'than',
      })
    }
  }
  const { openPassport, hasPassport } = usePassport()
  const dimsOf = (line: Line) => line.dims.map((value, place) => [read?.dimensions[place]?.name ?? '', value] as const)
  const press = (wall: number, value: number) => {
    const points = drawn.map((one) => one.points.map(([at, known]) => [format.wallTime(at), known] as const))
    const chosen = nearestPoint(points, wall, value, stacked)
    const one = chosen ? drawn[chosen.series] : undefined
    const point = one?.points.find(([at]) => format.wallTime(at) === chosen?.at)
    if (!one?.line || !point) return
    openPassport({ indicator: one.line.value.indicator ?? one.line.value.name, query, dims: dimsOf(one.line), at: point[0] })
  }
  const option = timeOption({
    hint: hasPassport ? t('passport.pressPoint') : undefined,
    kind,
    stacked,
    series,
    grain: query.grain ?? null,
    period: asked.answer
      ? [Date.parse(asked.answer.provenance.period_from), Date.parse(asked.answer.provenance.period_to)]
      : null,
    bands: query.indicators.length === 1 && !stacked ? (passport?.bands ?? []) : [],
    figure: query.indicators.length === 1 ? (passport?.figure ?? 'number') : 'number',
    target: query.compare?.includes('target') && !stacked ? (passport?.target ?? null) : null,
    targetName: t('common.target'),
    colours,
    format,
  })
  const unit = first?.unit && first.unit !== '1' && first.figure === 'number' ? first.unit : ''
  const table = (): TableContent => {
    const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => b - a)
    const values = lines.map(({ points }) => new Map(points))
    return {
      columns: [
        { key: 'time', title: t('board.time') },
        ...lines.map((line) => ({ key: line.key, title: titleOf(line), align: 'end' as const })),
      ],
      rows: times.map((at) => [
        format.step(at, query.grain ?? null),
        ...lines.map((line, place) => {
          const value = values[place]?.get(at) ?? null
          return (
            <PassportOf at={at} dims={dimsOf(line)} indicator={line.value.indicator} key={line.key}>
              {value === null ? '—' : figureText(value, indicators.get(line.value.indicator ?? line.value.name), null, line.value.decimals, format)}
            </PassportOf>
          )
        }),
      ]),
    }
  }
  return (
    <MeasureFrame view={view} asked={asked} query={query} table={table} widget={widget}>
      <div className={classes.root}>
        <SeriesLegend
          bars={kind === 'bar' || stacked}
          items={lines.map((line) => ({
            key: line.key,
            name: titleOf(line),
            place: main.indexOf(line),
            dims: dimsOf(line),
          }))}
          parts={stacked}
          onChoose={many ? (keys) => setChosen(keys) : undefined}
          unit={unit}
        />
        <div className={classes.chart}>
          <Chart label={t('board.chartLabel', { title, lines: lines.length })} onPress={hasPassport ? press : undefined} option={option} />
        </div>
      </div>
    </MeasureFrame>
  )
}
