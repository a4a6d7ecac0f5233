import { Skeleton, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { matchScore } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'
import { DatasetLink } from '@/shared/ui/links'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'
import { TrustChip } from '@/shared/ui/trust-chip'
import { useNow } from '@/shared/ui/use-now'

import classes from './datasets.module.css'

type Props = { wanted: string; onWanted: (wanted: string) => void }

/** Every dataset the reader may know of: whether it speaks, and how good it is. */
export function DatasetsPage({ wanted, onWanted }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow()
  const found = useQuery(ask.datasets())
  const all = found.data ?? []
  const shown = all.filter(({ id, title, description }) =>
    matchScore(`${id} ${title.vi} ${title.en} ${description.vi}`, wanted) > 0,
  )
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div>
          <h1 className={classes.title}>{t('dataset.all')}</h1>
          <p className={classes.dim}>{t('dataset.allHint')}</p>
        </div>
        <TextInput
          aria-label={t('dataset.find')}
          className={classes.find}
          leftSection={<Icon name="search" size={16} />}
          onChange={({ currentTarget }) => onWanted(currentTarget.value)}
          placeholder={t('dataset.find')}
          type="search"
          value={wanted}
        />
      </header>
      {found.isError && !found.data ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton height={240} /> : null}
      {found.data && shown.length === 0 ? (
        <EmptyNotice
          hint={all.length === 0 ? t('dataset.noneHint') : t('dataset.noMatchHint')}
          title={all.length === 0 ? t('dataset.none') : t('dataset.noMatch', { wanted })}
        />
      ) : null}
      {shown.length > 0 ? (
        <div className={classes.panel}>
          <DataTable
            columns={[
              { key: 'title', title: t('dataset.name') },
              { key: 'fresh', title: t('dataset.freshness') },
              { key: 'newest', title: t('dataset.newest') },
              { key: 'quality', title: t('dataset.quality') },
              { key: 'records', title: t('dataset.records'), align: 'end' },
            ]}
            label={t('dataset.all')}
            rowKey={({ id }) => id}
            renderRow={(dataset) => [
              <div className={classes.nameCell} key="title">
                <DatasetLink id={dataset.id}>{format.text(dataset.title)}</DatasetLink>{' '}
                <code className={classes.code}>{dataset.id}</code>
                <div className={classes.dim}>{format.text(dataset.description)}</div>
              </div>,
              <StateMark
                key="fresh"
                state={dataset.freshness.state}
                word={t(`common.fresh.${dataset.freshness.state}`)}
              />,
              dataset.freshness.newest ? (
                <span key="newest" title={format.moment(dataset.freshness.newest)}>
                  {format.ago(dataset.freshness.newest, now)}
                </span>
              ) : (
                t('common.noRecords')
              ),
              <TrustChip key="quality" quality={dataset.quality} words />,
              format.number(dataset.records, 0),
            ]}
            rows={shown}
          />
        </div>
      ) : null}
    </div>
  )
}
