import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import type { Indicator, Query, Widget } from '@/shared/api/types'
import { figureText, stateOf, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'

import type { BarRow } from './bar-list'
import { type Asked, useAnswer, useIndicators } from './use-answer'
import { type NameOf, useNames } from './use-names'
import { type BoardView, widgetQuery } from './widget-query'

/** A row with the values of the widget's further indicators. */
export type Bar = BarRow & { others: (number | null)[] }

/** Rows of one answer as bars: each combination of dimensions, or each indicator where there is none. */
function rowsOf(asked: Asked, query: Query, indicators: ReadonlyMap<string, Indicator>, name: NameOf, t: Titles): Bar[] {
  const { view, answer } = asked
  if (!view || !answer) return []
  const shown = view.dimensions.length > 0 ? view.values.slice(0, 1) : view.values
  return answer.rows.flatMap((row, place) =>
    shown.map((column) => {
      const indicator = indicators.get(column.indicator ?? column.name)
      const passport = answer.provenance.indicators.find((one) => one.indicator === column.indicator)
      const value = view.number(row, column.name)
      const measure = passport ?? indicator
      const bands = measure?.bands ?? []
      const target = query.compare?.includes('target')
        ? (view.compared(row, column, 'target') ?? passport?.target ?? null)
        : null
      const others = view.values.slice(1).map((other) => view.number(row, other.name))
      const named = view.dimensions.map((dimension) => name(dimension.name, view.cell(row, dimension.name))).join(' · ')
      return {
        key: `${place}-${column.name}`,
        indicator: column.indicator ?? column.name,
        dims: view.dimensions.map((dimension) => [dimension.name, view.cell(row, dimension.name)] as const),
        name: named || t.title(column.indicator ?? column.name),
        value,
        unit: column.unit,
        decimals: column.decimals,
        word: wordOf(value, measure),
        state: bands.length > 0 ? stateOf(value, bands) : null,
        target,
        others,
        note: t.note(value, target, column.unit, others),
      }
    }),
  )
}

type Titles = {
  title: (indicator: string) => string
  note: (value: number | null, target: number | null, unit: string | null, others: (number | null)[]) => string | undefined
}

/** What a widget of bars asks, and its rows. */
export function useBars(widget: Widget, view: BoardView) {
  const { t } = useTranslation()
  const format = useFormat()
  const indicators = useIndicators()
  const query = useMemo(() => widgetQuery(widget, view, [...indicators.values()]), [widget, view, indicators])
  const asked = useAnswer(query)
  const datasets = query.indicators.flatMap((name) => indicators.get(name)?.dataset ?? []).slice(0, 1)
  const name = useNames(datasets, query.by ?? [], view.boundaries)
  const byDimension = (query.by?.length ?? 0) > 0
  const titles: Titles = {
    title: (id) => format.text(indicators.get(id)?.title) || id,
    note: (value, target, unit, others) => {
      const said: string[] = []
      if (target !== null && value !== null) {
        said.push(t('common.targetIs', { value: format.number(target), unit: unit ?? '' }))
      }
      if (byDimension) {
        for (const [place, other] of others.entries()) {
          const indicator = indicators.get(query.indicators[place + 1] ?? '')
          if (other !== null && indicator) {
            said.push(`${format.text(indicator.short ?? indicator.title)} ${figureText(other, indicator, null, indicator.decimals, format)}`)
          }
        }
      }
      return said.join(' · ') || undefined
    },
  }
  return { query, asked, rows: rowsOf(asked, query, indicators, name, titles) }
}
