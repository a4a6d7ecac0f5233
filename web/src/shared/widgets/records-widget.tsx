import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { DatasetLink } from '@/shared/ui/links'
import { TrustChip } from '@/shared/ui/trust-chip'
import { WidgetFrame, type WidgetStatus } from '@/shared/ui/widget-frame'

import { isNumeric, recordText } from './record-cell'
import { recordSearch } from './record-search'
import { useStaleness } from './use-answer'
import { useLimits } from './use-limits'
import { useNames } from './use-names'
import { type BoardView, escapes } from './widget-query'

type Props = { widget: Widget; view: BoardView }

/** The newest records of a dataset. */
export function RecordsWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const id = widget.dataset ?? ''
  const found = useQuery(ask.dataset(id))
  const dataset = found.data
  const wanted = widget.columns ?? []
  const search = {
    ...recordSearch(widget, view, dataset?.positioned ?? false),
    from: view.from,
    to: view.to,
    limit: widget.limit ?? 20,
    order: dataset ? `-${dataset.time}` : undefined,
  }
  const records = useQuery({
    ...ask.records(id, search),
    enabled: dataset !== undefined,
  })
  const staleFor = useStaleness(view.asOf ? [] : [id])
  const page = records.data
  const places = page
    ? (wanted.length > 0 ? wanted : page.columns.map(({ name }) => name))
        .map((name) => page.columns.findIndex((column) => column.name === name))
        .filter((place) => place >= 0)
    : []
  const name = useNames([id], wanted)
  const title = widget.title ? format.text(widget.title) : t('board.newestOf', { title: format.text(dataset?.title) })
  let status: WidgetStatus = { kind: 'ready' }
  if (!page) {
    const failed = found.isError ? found : records.isError ? records : null
    status = failed ? { kind: 'error', error: failed.error, retry: () => void failed.refetch() } : { kind: 'loading' }
  } else if (page.rows.length === 0) status = { kind: 'empty' }
  return (
    <WidgetFrame
      footer={
        dataset ? (
          <>
            <DatasetLink id={id}>{t('board.allRecords')}</DatasetLink>
            <TrustChip quality={dataset.quality} />
          </>
        ) : undefined
      }
      limits={useLimits(widget, view)}
      source={{ datasets: [id], records: { id, search: { ...search, columns: wanted.join(',') } } }}
      staleFor={staleFor}
      status={status}
      subtitle={dataset && escapes(view, dataset.positioned) ? t('map.draw.notHere') : undefined}
      title={title}
    >
      {page ? (
        <DataTable
          renderRow={(row) =>
            places.map((place) => {
              const column = page.columns[place]
              if (!column) return ''
              return recordText(column, row[place] ?? null, format, name, [t('common.yes'), t('common.no')])
            })
          }
          columns={places.flatMap((place) => {
            const column = page.columns[place]
            if (!column) return []
            const unit = column.unit ? ` (${column.unit})` : ''
            return [
              {
                key: column.name,
                title: `${format.text(column.title)}${unit}`,
                align: isNumeric(column.type) ? ('end' as const) : ('start' as const),
              },
            ]
          })}
          dense
          oneLine
          label={title}
          rows={page.rows}
        />
      ) : null}
    </WidgetFrame>
  )
}
