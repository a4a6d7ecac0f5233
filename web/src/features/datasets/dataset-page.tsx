import { Skeleton, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Dataset } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import { AboutTab } from './about-tab'
import type { DatasetSearch } from './dataset-search'
import classes from './datasets.module.css'
import { LedgerTab } from './ledger-tab'
import { QuarantineTab } from './quarantine-tab'
import { RecordsTab } from './records-tab'

type Props = { id: string; search: DatasetSearch; onSearch: (change: DatasetSearch) => void }

const stewards = new Set(['admin', 'steward', 'operator', 'officer'])

/** One dataset: what it is, how fresh and good, its records, its ledger, and what waits in quarantine. */
export function DatasetPage({ id, search, onSearch }: Props) {
  const found = useQuery(ask.dataset(id))
  if (found.isError && !found.data) {
    return (
      <div className={classes.page}>
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
      </div>
    )
  }
  if (!found.data) {
    return (
      <div className={classes.page}>
        <Skeleton height={40} width={320} />
        <Skeleton height={400} mt="md" />
      </div>
    )
  }
  return <Loaded dataset={found.data} onSearch={onSearch} search={search} />
}

type LoadedProps = { dataset: Dataset; search: DatasetSearch; onSearch: (change: DatasetSearch) => void }

function Loaded({ dataset, search, onSearch }: LoadedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: session } = useQuery(ask.session())
  const steward = session?.viewer.roles.some((role) => stewards.has(role)) ?? false
  const tab = search.tab === 'quarantine' && !steward ? 'about' : (search.tab ?? 'about')
  return (
    <div className={classes.page}>
      <header>
        <h1 className={classes.title}>{format.text(dataset.title)}</h1>
        <p className={classes.dim}>{format.text(dataset.description)}</p>
        <p className={classes.dim}>
          <StateMark state={dataset.freshness.state} word={t(`common.fresh.${dataset.freshness.state}`)} />{' '}
          · <code>{dataset.id}</code>
        </p>
      </header>
      <Tabs
        color="ink"
        keepMounted={false}
        mt="sm"
        onChange={(chosen) => onSearch({ tab: (chosen ?? 'about') as DatasetSearch['tab'], cursor: undefined })}
        value={tab}
      >
        <Tabs.List aria-label={t('dataset.parts')}>
          <Tabs.Tab value="about">{t('dataset.tab.about')}</Tabs.Tab>
          <Tabs.Tab value="records">{t('dataset.tab.records')}</Tabs.Tab>
          <Tabs.Tab value="ledger">{t('dataset.tab.ledger')}</Tabs.Tab>
          {steward ? <Tabs.Tab value="quarantine">{t('dataset.tab.quarantine')}</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="about">
          <AboutTab dataset={dataset} />
        </Tabs.Panel>
        <Tabs.Panel value="records">
          <RecordsTab dataset={dataset} onSearch={onSearch} search={search} />
        </Tabs.Panel>
        <Tabs.Panel value="ledger">
          <LedgerTab dataset={dataset} />
        </Tabs.Panel>
        {steward ? (
          <Tabs.Panel value="quarantine">
            <QuarantineTab dataset={dataset} />
          </Tabs.Panel>
        ) : null}
      </Tabs>
    </div>
  )
}
