import { Button, Menu, Skeleton, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { address } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Dataset, RecordColumn } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { isNumeric, recordText } from '@/shared/widgets/record-cell'
import { useNames } from '@/shared/widgets/use-names'

import { type DatasetSearch, recordFilters } from './dataset-search'
import classes from './datasets.module.css'
import { RecordFilters } from './record-filters'

type Props = { dataset: Dataset; search: DatasetSearch; onSearch: (change: DatasetSearch) => void }

const pageSize = 50
const mostDownloaded = 1_000_000
const formats = ['csv', 'xlsx', 'json'] as const

/** The records themselves, newest first: filtered, ordered, page by page, or taken home as a file. */
export function RecordsTab({ dataset, search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const filters = recordFilters(search)
  const order = search.order ?? `-${dataset.time}`
  const found = useQuery(ask.records(dataset.id, { ...filters, order, limit: pageSize, cursor: search.cursor }))
  const page = found.data
  const shown = (page?.columns ?? [])
    .map((column, place) => ({ column, place }))
    .toSorted((a, b) => Number(a.column.name.startsWith('_')) - Number(b.column.name.startsWith('_')))
  const name = useNames([dataset.id], ['_area', '_unit'])
  const sorted = order.replace(/^-/, '')
  const descending = order.startsWith('-')

  const heading = (column: RecordColumn) => {
    const unit = column.unit ? ` (${column.unit})` : ''
    const text = `${format.text(column.title)}${unit}`
    const mine = column.name === sorted
    return (
      <UnstyledButton
        className={classes.sort}
        onClick={() => onSearch({ order: mine && descending ? column.name : `-${column.name}`, cursor: undefined })}
        title={t('dataset.sortBy', { column: text })}
      >
        {text}
        {mine ? <Icon name={descending ? 'chevron-down' : 'chevron-up'} size={14} /> : null}
      </UnstyledButton>
    )
  }

  return (
    <>
      <RecordFilters dataset={dataset} key={JSON.stringify(search)} onSearch={onSearch} search={search} />
      {found.isError && !page ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton height={360} /> : null}
      {page ? (
        <section aria-busy={found.isFetching} aria-label={t('dataset.tab.records')} className={classes.panel}>
          {page.rows.length === 0 ? (
            <EmptyNotice hint={t('dataset.noRecordsHint')} title={t('dataset.noRecords')} />
          ) : (
            <DataTable
              columns={shown.map(({ column }) => ({
                key: column.name,
                title: heading(column),
                align: isNumeric(column.type) ? 'end' : 'start',
                sort: column.name === sorted ? (descending ? 'descending' : 'ascending') : undefined,
              }))}
              dense
              oneLine
              label={t('dataset.tab.records')}
              renderRow={(row) =>
                shown.map(({ column, place }) =>
                  recordText(column, row[place] ?? null, format, name, [t('common.yes'), t('common.no')]),
                )
              }
              rows={page.rows}
            />
          )}
          <div className={classes.pager}>
            <div className={classes.buttons}>
              {search.cursor ? (
                <Button onClick={() => onSearch({ cursor: undefined })} variant="default">
                  {t('dataset.firstPage')}
                </Button>
              ) : null}
              <Button
                disabled={page.next === null}
                onClick={() => onSearch({ cursor: page.next ?? undefined })}
                rightSection={<Icon name="chevron-right" size={16} />}
                variant="default"
              >
                {t('dataset.nextPage')}
              </Button>
            </div>
            <Menu position="top-end" shadow="md">
              <Menu.Target>
                <Button leftSection={<Icon name="download" size={16} />} variant="default">
                  {t('dataset.download')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{t('dataset.downloadHint')}</Menu.Label>
                {formats.map((kind) => (
                  <Menu.Item
                    component="a"
                    download={`${dataset.id}.${kind}`}
                    href={address(`/datasets/${dataset.id}/records`, { ...filters, order, format: kind, limit: mostDownloaded })}
                    key={kind}
                  >
                    {kind === 'xlsx' ? 'Excel (XLSX)' : kind.toUpperCase()}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </div>
        </section>
      ) : null}
    </>
  )
}
