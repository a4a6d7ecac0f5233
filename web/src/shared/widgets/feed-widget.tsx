import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useLine } from '@/shared/api/live'
import { ask } from '@/shared/api/queries'
import type { RecordPage, Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { DatasetLink } from '@/shared/ui/links'
import scrolling from '@/shared/ui/scroll.module.css'
import { StateMark } from '@/shared/ui/state-mark'
import { WidgetFrame, type WidgetStatus } from '@/shared/ui/widget-frame'

import { parseTime } from './answer-view'
import classes from './feed-widget.module.css'
import { recordText } from './record-cell'
import { recordSearch } from './record-search'
import { useStaleness } from './use-answer'
import { useFresh } from './use-fresh'
import { useLimits } from './use-limits'
import { type NameOf, useNames } from './use-names'
import { type BoardView, escapes } from './widget-query'

type Props = { widget: Widget; view: BoardView }

const usual = 25
const details = 3

/** The newest records of a dataset as they come in, over the event stream; the reader can hold it to read. */
export function FeedWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const line = useLine()
  const [held, setHeld] = useState<RecordPage | null>(null)
  const id = widget.dataset ?? ''
  const found = useQuery(ask.dataset(id))
  const dataset = found.data
  const search = {
    ...recordSearch(widget, view, dataset?.positioned ?? false),
    limit: widget.limit ?? usual,
    order: dataset ? `-${dataset.time}` : undefined,
  }
  const records = useQuery({
    ...ask.records(id, search),
    enabled: dataset !== undefined,
  })
  const staleFor = useStaleness(view.asOf ? [] : [id])
  const page = held ?? records.data
  const fresh = useFresh((records.data?.rows ?? []).map(rowKey))
  const waiting = held && records.data ? records.data.rows.filter((row) => !held.rows.some((one) => rowKey(one) === rowKey(row))).length : 0
  const name = useNames([id], widget.columns ?? [])
  const title = widget.title ? format.text(widget.title) : t('board.newestOf', { title: format.text(dataset?.title) })
  let status: WidgetStatus = { kind: 'ready' }
  if (!page) {
    const failed = found.isError ? found : records.isError ? records : null
    status = failed ? { kind: 'error', error: failed.error, retry: () => void failed.refetch() } : { kind: 'loading' }
  } else if (page.rows.length === 0) status = { kind: 'empty', title: t('board.feedEmpty'), hint: t('board.feedEmptyHint') }
  const state = view.asOf ? null : line.status
  return (
    <WidgetFrame
      actions={
        page && !view.asOf ? (
          <ActionIcon
            aria-label={t('board.feedHold', { title })}
            aria-pressed={held !== null}
            onClick={() => setHeld(held ? null : (records.data ?? null))}
            size="md"
            title={t(held ? 'board.feedGo' : 'board.feedPause')}
          >
            <Icon name={held ? 'player-play' : 'player-pause'} size={17} />
          </ActionIcon>
        ) : undefined
      }
      footer={
        dataset ? (
          <>
            {held ? (
              <span>{t('board.feedWaiting', { count: waiting })}</span>
            ) : state ? (
              <StateMark
                size={9}
                state={state === 'live' ? 'good' : state === 'lost' ? 'bad' : 'unknown'}
                word={t(`shell.live.${state}`)}
              />
            ) : null}
            <DatasetLink id={id}>{t('board.allRecords')}</DatasetLink>
          </>
        ) : undefined
      }
      limits={useLimits(widget, view)}
      source={{ datasets: [id], records: { id, search: { ...search, columns: widget.columns?.join(',') } } }}
      staleFor={staleFor}
      status={status}
      subtitle={dataset && escapes(view, dataset.positioned) ? t('map.draw.notHere') : undefined}
      title={title}
    >
      {page && dataset ? (
        <Entries fresh={held ? noneFresh : fresh} label={title} name={name} page={page} time={dataset.time} wanted={widget.columns ?? []} />
      ) : null}
    </WidgetFrame>
  )
}

const noneFresh: ReadonlySet<string> = new Set()

function rowKey(row: RecordPage['rows'][number]): string {
  return JSON.stringify(row)
}

type EntriesProps = {
  page: RecordPage
  wanted: readonly string[]
  time: string
  label: string
  name: NameOf
  fresh: ReadonlySet<string>
}

/** One entry a record: when, the first column as its heading, the others with their names. */
function Entries({ page, wanted, time, label, name, fresh }: EntriesProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const chosen = wanted.length > 0 ? wanted : page.columns.map((column) => column.name)
  const places = chosen
    .filter((column) => column !== time && !column.startsWith('_'))
    .map((column) => page.columns.findIndex((one) => one.name === column))
    .filter((place) => place >= 0)
    .slice(0, wanted.length > 0 ? undefined : details + 1)
  const at = page.columns.findIndex((column) => column.name === time)
  const say = (row: RecordPage['rows'][number], place: number) => {
    const column = page.columns[place]
    return column ? recordText(column, row[place] ?? null, format, name, [t('common.yes'), t('common.no')]) : ''
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <div aria-label={label} className={scrolling.scroll} role="group" tabIndex={0}>
      <ol className={classes.list}>
        {page.rows.map((row) => {
          const [head, ...rest] = places
          const moment = parseTime(row[at] as string)
          return (
            <li className={classes.entry} data-fresh={fresh.has(rowKey(row)) || undefined} key={rowKey(row)}>
              <time className={classes.time} dateTime={Number.isNaN(moment) ? undefined : new Date(moment).toISOString()}>
                {Number.isNaN(moment) ? '—' : format.nearMoment(moment)}
              </time>
              <div className={classes.body}>
                <span className={classes.head}>
                  {head === undefined ? '' : say(row, head)}
                  {fresh.has(rowKey(row)) ? <span className={classes.new}>{t('board.feedNew')}</span> : null}
                </span>
                <span className={classes.details}>
                  {rest.map((place) => {
                    const column = page.columns[place]
                    return row[place] === null || row[place] === '' ? null : (
                      <span key={column?.name}>
                        {format.text(column?.title)}: <b>{say(row, place)}</b>
                        {column?.unit ? ` ${column.unit}` : ''}
                      </span>
                    )
                  })}
                </span>
              </div>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
