import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './sources.module.css'

const counts = ['sent', 'received', 'stored', 'quarantined', 'duplicated'] as const
const days = 14

/** What one source brought on each of the last days; it must add up. */
export function LedgerTab({ source, dataset }: { source: string; dataset: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [from] = useState(() => format.wall(Date.now() - (days - 1) * 86_400_000).slice(0, 10))
  const found = useQuery(ask.sourceLedger({ source, dataset, from }))
  if (found.isError && !found.data) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={240} mt="md" />
  return (
    <section className={`${classes.card} ${classes.section}`}>
      <h2 className={classes.heading}>{t('source.tab.ledger')}</h2>
      <p className={classes.dim}>{t('source.ledger.hint')}</p>
      {found.data.items.length === 0 ? (
        <EmptyNotice hint={t('dataset.ledger.emptyHint')} title={t('dataset.ledger.empty')} />
      ) : (
        <DataTable
          columns={[
            { key: 'day', title: t('dataset.ledger.day') },
            ...counts.map((count) => ({ key: count, title: t(`dataset.ledger.${count}`), align: 'end' as const })),
            { key: 'balanced', title: t('dataset.ledger.balance') },
          ]}
          dense
          label={`${t('source.tab.ledger')} · ${dataset}`}
          renderRow={(line) => [
            format.day(line.day),
            ...counts.map((count) => format.number(line[count], 0)),
            <StateMark
              key="balanced"
              state={line.balanced ? 'good' : 'bad'}
              word={t(line.balanced ? 'dataset.ledger.balanced' : 'dataset.ledger.unbalanced')}
            />,
          ]}
          rowKey={({ day }) => day}
          rows={found.data.items}
        />
      )}
    </section>
  )
}
