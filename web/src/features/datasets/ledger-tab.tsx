import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Dataset } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './datasets.module.css'
import { sourceName } from './source-name'

const counts = ['sent', 'received', 'stored', 'quarantined', 'duplicated', 'delivered'] as const
const days = 14

/** The last two weeks of the ledger: what was sent must be stored, quarantined or known already. */
export function LedgerTab({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [from] = useState(() => format.wall(Date.now() - (days - 1) * 86_400_000).slice(0, 10))
  const found = useQuery(ask.ledger({ dataset: dataset.id, from }))
  if (found.isError && !found.data) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={240} mt="md" />
  const lines = found.data.items.toSorted((a, b) => b.day.localeCompare(a.day) || a.source.localeCompare(b.source))
  return (
    <section className={`${classes.card} ${classes.section}`}>
      <h2 className={classes.heading}>{t('dataset.ledger.title', { days })}</h2>
      <p className={classes.dim}>{t('dataset.ledger.hint')}</p>
      {lines.length === 0 ? (
        <EmptyNotice hint={t('dataset.ledger.emptyHint')} title={t('dataset.ledger.empty')} />
      ) : (
        <DataTable
          columns={[
            { key: 'day', title: t('dataset.ledger.day') },
            { key: 'source', title: t('dataset.source') },
            ...counts.map((count) => ({ key: count, title: t(`dataset.ledger.${count}`), align: 'end' as const })),
            { key: 'balanced', title: t('dataset.ledger.balance') },
          ]}
          dense
          label={t('dataset.tab.ledger')}
          renderRow={(line) => [
            format.day(line.day),
            sourceName(dataset, line.source, format),
            ...counts.map((count) => format.number(line[count], 0)),
            <StateMark
              key="balanced"
              state={line.balanced ? 'good' : 'bad'}
              word={line.balanced ? t('dataset.ledger.balanced') : t('dataset.ledger.unbalanced')}
            />,
          ]}
          rows={lines}
        />
      )}
    </section>
  )
}
