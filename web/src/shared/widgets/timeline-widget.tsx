import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { RecordColumn, RecordPage, Widget } from '@/shared/api/types'
import { Chart } from '@/shared/chart/chart'
import { type LaneMark, laneOption } from '@/shared/chart/lane-option'
import { useFormat } from '@/shared/format/use-format'
import { useColours } from '@/shared/theme/colours'
import { DatasetLink } from '@/shared/ui/links'
import { TrustChip } from '@/shared/ui/trust-chip'
import { useNow } from '@/shared/ui/use-now'
import { WidgetFrame, type WidgetStatus } from '@/shared/ui/widget-frame'

import { parseTime } from './answer-view'
import { periodText } from './period-text'
import { isNumeric, recordText } from './record-cell'
import { recordSearch } from './record-search'
import { TableForm, TableSwitch } from './table-form'
import classes from './timeline-widget.module.css'
import { useStaleness } from './use-answer'
import { useLimits } from './use-limits'
import { useNames } from './use-names'
import { type BoardView, escapes, periodOf, spanSeconds } from './widget-query'

type Props = { widget: Widget; view: BoardView }

const most = 500
const steps = 200

/** The two ends of a period; its beginning moves on in steps, so that the same question is not asked anew every second. */
export function endsOf(period: { last?: string; from?: string; to?: string }, now: number): [number, number] {
  if (period.from) return [Date.parse(period.from), period.to ? Date.parse(period.to) : now]
  const span = spanSeconds(period) * 1000
  const step = Math.max(60_000, span / steps)
  return [Math.floor((now - span) / step) * step, now]
}

/** Records as marks: one lane for each value of a column, in the order of their newest record. */
export function lanesOf(page: RecordPage, time: string, by: string | undefined, all: string, say: Say) {
  const at = page.columns.findIndex(({ name }) => name === time)
  const split = page.columns.findIndex(({ name }) => name === by)
  const lanes: string[] = []
  const marks: LaneMark[] = []
  for (const row of page.rows) {
    const moment = parseTime(row[at] as string)
    if (Number.isNaN(moment)) continue
    const name = split < 0 ? all : say(page.columns[split], row, split)
    if (!lanes.includes(name)) lanes.push(name)
    const lines = page.columns.flatMap((column, place) =>
      place === at || row[place] === null || row[place] === '' ? [] : [`${say(column, row, place, true)}`],
    )
    marks.push({ at: moment, lane: lanes.indexOf(name), lines })
  }
  return { lanes, marks }
}

type Say = (column: RecordColumn | undefined, row: RecordPage['rows'][number], place: number, named?: boolean) => string

/** What happened and when: the records of a period along time. */
export function TimelineWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const colours = useColours()
  const now = useNow(60_000)
  const [asTable, setAsTable] = useState(false)
  const id = widget.dataset ?? ''
  const by = widget.by?.[0]
  const period = periodOf(widget, view)
  const [from, to] = endsOf(period, view.asOf ? Date.parse(view.asOf) : now)
  const found = useQuery(ask.dataset(id))
  const dataset = found.data
  const columns = dataset ? [...new Set([dataset.time, ...(by ? [by] : []), ...(widget.columns ?? [])])] : []
  const search = {
    ...recordSearch(widget, view, dataset?.positioned ?? false),
    from: new Date(from).toISOString(),
    to: period.to,
    columns: columns.join(','),
    order: dataset ? `-${dataset.time}` : undefined,
    limit: widget.limit ?? most,
  }
  const records = useQuery({
    ...ask.records(id, search),
    enabled: dataset !== undefined,
  })
  const staleFor = useStaleness(view.asOf || period.to ? [] : [id])
  const name = useNames([id], columns)
  const title = format.text(widget.title ?? dataset?.title) || id
  const page = records.data
  const say: Say = (column, row, place, named = false) => {
    if (!column) return ''
    const value = recordText(column, row[place] ?? null, format, name, [t('common.yes'), t('common.no')])
    const unit = column.unit ? ` ${column.unit}` : ''
    return named ? `${format.text(column.title)}: ${value}${unit}` : value
  }
  const { lanes, marks } = page && dataset ? lanesOf(page, dataset.time, by, t('board.allInOne'), say) : { lanes: [], marks: [] }
  const option = laneOption({ lanes, marks, period: [from, to], colours, format })
  let status: WidgetStatus = { kind: 'ready' }
  if (!page) {
    const failed = found.isError ? found : records.isError ? records : null
    status = failed ? { kind: 'error', error: failed.error, retry: () => void failed.refetch() } : { kind: 'loading' }
  } else if (marks.length === 0) {
    status = { kind: 'empty', title: t('board.timelineEmpty'), hint: t('board.timelineEmptyHint') }
  }
  return (
    <WidgetFrame
      actions={
        status.kind === 'ready' ? <TableSwitch onChange={setAsTable} pressed={asTable} title={title} /> : undefined
      }
      footer={
        dataset ? (
          <>
            <span className="tc-number">
              {page?.next
                ? t('board.timelineMore', { shown: format.number(marks.length, 0) })
                : t('board.timelineCount', { count: marks.length, shown: format.number(marks.length, 0) })}
            </span>
            <DatasetLink id={id}>{t('board.allRecords')}</DatasetLink>
            <TrustChip quality={dataset.quality} />
          </>
        ) : undefined
      }
      limits={useLimits(widget, view)}
      source={{ datasets: [id], records: { id, search } }}
      staleFor={staleFor}
      status={status}
      subtitle={[periodText(period, t, format), dataset && escapes(view, dataset.positioned) ? t('map.draw.notHere') : ''].filter(Boolean).join(' · ')}
      title={title}
    >
      {page && asTable ? (
        <TableForm
          content={{
            columns: page.columns.map((column) => ({
              key: column.name,
              title: `${format.text(column.title)}${column.unit ? ` (${column.unit})` : ''}`,
              align: isNumeric(column.type) ? 'end' : 'start',
            })),
            rows: page.rows.map((row) => page.columns.map((column, place) => say(column, row, place))),
          }}
          label={title}
        />
      ) : (
        <div className={classes.chart}>
          <Chart label={t('board.timelineLabel', { title, count: marks.length })} option={option} />
        </div>
      )}
    </WidgetFrame>
  )
}
