import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import type { Compare, Widget } from '@/shared/api/types'
import { bandOf, stateOf, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { Change } from '@/shared/ui/change'
import { Figure } from '@/shared/ui/figure'
import { StateMark } from '@/shared/ui/state-mark'

import { linesOf } from './answer-view'
import { MeasureFrame } from './measure-frame'
import classes from './number-widget.module.css'
import { Sparkline } from './sparkline'
import { useAnswer, useIndicators } from './use-answer'
import { type BoardView, widgetQuery } from './widget-query'

type Props = { widget: Widget; view: BoardView }

/** One figure: state, value and unit, against what, and how it moved. */
export function NumberWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const indicators = useIndicators()
  const query = useMemo(() => widgetQuery(widget, view, [...indicators.values()]), [widget, view, indicators])
  const asked = useAnswer(query)
  const read = asked.view
  const column = read?.values[0]
  const indicator = indicators.get(query.indicators[0] ?? '')
  const passport = asked.answer?.provenance.indicators[0]
  const row = read?.newest() ?? null
  const value = read && column && row ? read.number(row, column.name) : null
  const measure = passport ?? indicator
  const bands = measure?.bands ?? []
  const band = bandOf(value, bands)
  const word = wordOf(value, measure)
  const kind: Compare | undefined = query.compare?.[0]
  const target = passport?.target ?? null
  const unit = column?.unit ?? indicator?.unit ?? null
  const decimals = column?.decimals ?? indicator?.decimals ?? null
  const line = read?.timed ? linesOf(read)[0] : undefined
  return (
    <MeasureFrame view={view} asked={asked} at={read?.timed && row ? read.time(row) : null} query={query} widget={widget}>
      <div className={classes.root}>
        <PassportOf at={read?.timed && row ? read.time(row) : null} indicator={query.indicators[0]}>
          <Figure decimals={decimals} size="large" unit={unit} value={value} word={word} />
        </PassportOf>
        {bands.length > 0 ? (
          <StateMark state={stateOf(value, bands)} word={band?.title && !word ? format.text(band.title) : undefined} />
        ) : null}
        {read && row && column && kind && read.has(column, kind) ? (
          <Change
            decimals={decimals}
            direction={indicator?.direction ?? 'none'}
            now={value}
            than={{ kind, value: read.compared(row, column, kind) }}
            unit={unit}
          />
        ) : null}
        {target !== null && kind !== 'target' ? (
          <span className={classes.target}>{t('common.targetIs', { value: format.number(target), unit: unit ?? '' })}</span>
        ) : null}
      </div>
      {line && line.points.length > 2 ? <Sparkline points={line.points} /> : null}
    </MeasureFrame>
  )
}
