import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import type { Indicator, Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { BarList } from './bar-list'
import { MeasureFrame, useWidgetTitle } from './measure-frame'
import { wholeQuery } from './parts'
import classes from './ranking-widget.module.css'
import { bySureness, standing, wilson } from './uncertainty'
import { useAnswer, useIndicators } from './use-answer'
import { useBars } from './use-bars'
import type { BoardView } from './widget-query'

type Props = { widget: Widget; view: BoardView }

/** Who stands where: numbered rows, best or worst first as the board orders them. */
export function RankingWidget({ widget, view }: Props) {
  const indicators = useIndicators()
  const first = indicators.get(widget.indicators?.[0] ?? '')
  const counted = (widget.indicators?.length ?? 0) > 1
  if (first?.ranking === 'funnel' && first.unit === '%' && counted) return <FunnelRanking indicator={first} view={view} widget={widget} />
  return <PlainRanking view={view} widget={widget} />
}

function PlainRanking({ widget, view }: Props) {
  const { query, asked, rows } = useBars(widget, view)
  const title = useWidgetTitle(widget)
  return (
    <MeasureFrame view={view} asked={asked} query={query} widget={widget}>
      <BarList label={title} rows={rows.map((row, place) => ({ ...row, rank: place + 1 }))} />
    </MeasureFrame>
  )
}

/** Shares with their uncertainty: everyone is asked, then ordered by what is certain, so that few cases make no one worst. */
function FunnelRanking({ widget, view, indicator }: Props & { indicator: Indicator }) {
  const { t } = useTranslation()
  const format = useFormat()
  const title = useWidgetTitle(widget)
  const everyone = useMemo(() => ({ ...widget, order: null, limit: null }), [widget])
  const { query, asked, rows } = useBars(everyone, view)
  const total = useAnswer(wholeQuery(query))
  const column = total.view?.values[0]
  const row = total.view?.answer.rows[0]
  const whole = total.view && column && row ? total.view.number(row, column.name) : null
  const judged = rows.map((one) => {
    const [low, high] = wilson((one.value ?? 0) / 100, one.others[0] ?? 0)
    const interval: [number, number] = [low * 100, high * 100]
    const place = whole === null ? 'alike' : standing(interval, whole)
    return { ...one, interval, target: whole, state: place === 'alike' ? null : one.state, standing: place }
  })
  const descending = widget.order?.startsWith('-') ?? false
  const worstFirst = (indicator.direction === 'down') === descending
  const sorted = bySureness(judged, indicator.direction, worstFirst).slice(0, widget.limit ?? undefined)
  const lowest = Math.min(100, whole ?? 100, ...sorted.map(({ interval }) => interval[0]))
  const least = Math.floor(lowest / 10) * 10
  const say = (value: number) => `${format.number(value, 1)} %`
  return (
    <MeasureFrame view={view} asked={asked} query={query} widget={widget}>
      {whole === null ? null : (
        <p className={classes.note}>{t('board.funnel.note', { whole: say(whole), least: `${least} %`, most: '100 %' })}</p>
      )}
      <BarList
        label={title}
        least={least}
        most={100}
        rows={sorted.map((one, place) => ({
          ...one,
          rank: place + 1,
          note: `${one.note ?? ''} · ${t(`board.funnel.${one.standing}`)}`,
          spoken: t('board.funnel.interval', { low: say(one.interval[0]), high: say(one.interval[1]) }),
        }))}
      />
    </MeasureFrame>
  )
}

/** Figures against their targets, one below the other. */
export function BulletWidget({ widget, view }: Props) {
  const { query, asked, rows } = useBars(widget, view)
  const title = useWidgetTitle(widget)
  const percent = rows.every(({ unit }) => unit === '%')
  return (
    <MeasureFrame view={view} asked={asked} query={query} widget={widget}>
      <BarList label={title} most={percent ? 100 : undefined} rows={rows} />
    </MeasureFrame>
  )
}

/** One bar for each category, the longest first. */
export function CategoryBarWidget({ widget, view }: Props) {
  const { query, asked, rows } = useBars(widget, view)
  const title = useWidgetTitle(widget)
  const sorted = widget.order ? rows : rows.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))
  return (
    <MeasureFrame view={view} asked={asked} query={query} widget={widget}>
      <BarList label={title} rows={sorted} />
    </MeasureFrame>
  )
}
