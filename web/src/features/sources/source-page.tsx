import '@/shared/i18n/source-words'

import { Skeleton, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { may } from '@/shared/api/may'
import { ask } from '@/shared/api/queries'
import type { SourceDetail } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DatasetLink } from '@/shared/ui/links'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import { DeclarationTab } from './declaration-tab'
import { FeedsCard } from './feeds-card'
import { stateOf } from './health'
import { HealthCard } from './health-card'
import { LedgerTab } from './ledger-tab'
import { RunsTab } from './runs-tab'
import { SecretsCard } from './secrets-card'
import { SenderCard } from './sender-card'
import { SourceActions } from './source-actions'
import classes from './sources.module.css'
import type { SourceSearch } from './sources-search'

type Props = { id: string; search: SourceSearch; onSearch: (change: SourceSearch) => void; onRemoved: () => void }

/** One source: how it is and why, what it brought, what hangs on it, and what can be done. */
export function SourcePage({ id, search, onSearch, onRemoved }: Props) {
  const sender = id.includes(':')
  const found = useQuery({ ...ask.source(id), enabled: !sender })
  if (sender) return <SenderPage dataset={search.dataset} id={id} />
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
  return <Loaded detail={found.data} onRemoved={onRemoved} onSearch={onSearch} search={search} />
}

type LoadedProps = Omit<Props, 'id'> & { detail: SourceDetail }

function Loaded({ detail, search, onSearch, onRemoved }: LoadedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: session } = useQuery(ask.session())
  const { data: dataset } = useQuery(ask.dataset(detail.dataset))
  const { data: connectors } = useQuery({ ...ask.connectors(), enabled: may(session, 'inside') })
  const connector = connectors?.find(({ name }) => name === detail.connector)
  const administers = may(session, 'administer')
  const tab = search.tab ?? 'overview'
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div>
          <h1 className={classes.title}>{format.text(detail.title)}</h1>
          <p className={`${classes.dim} ${classes.line}`}>
            <StateMark state={stateOf[detail.health]} word={t(`source.health.${detail.health}`)} />
            <code>{detail.id}</code>
            <span>
              {connector ? format.text(connector.title) : t('source.push')} →{' '}
              <DatasetLink id={detail.dataset}>{format.text(dataset?.title) || detail.dataset}</DatasetLink>
            </span>
          </p>
        </div>
        {administers ? <SourceActions connector={connector} detail={detail} onRemoved={onRemoved} /> : null}
      </header>
      <Tabs
        color="ink"
        keepMounted={false}
        onChange={(chosen) => onSearch({ ...search, tab: (chosen ?? 'overview') as SourceSearch['tab'] })}
        value={tab}
      >
        <Tabs.List aria-label={t('source.parts')}>
          <Tabs.Tab value="overview">{t('source.tab.overview')}</Tabs.Tab>
          <Tabs.Tab value="runs">{t('source.tab.runs')}</Tabs.Tab>
          <Tabs.Tab value="ledger">{t('source.tab.ledger')}</Tabs.Tab>
          {detail.declaration ? <Tabs.Tab value="declaration">{t('source.tab.declaration')}</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <div className={classes.cards}>
            <div className={classes.column}>
              <HealthCard connector={connector} detail={detail} />
              {detail.connector === 'push' || connector?.answers ? <SenderCard connector={connector} detail={detail} /> : null}
              {administers && connector && connector.secrets.length > 0 ? <SecretsCard connector={connector} detail={detail} /> : null}
            </div>
            <FeedsCard id={detail.id} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <RunsTab id={detail.id} />
        </Tabs.Panel>
        <Tabs.Panel value="ledger">
          <LedgerTab dataset={detail.dataset} source={detail.id} />
        </Tabs.Panel>
        {detail.declaration ? (
          <Tabs.Panel value="declaration">
            <DeclarationTab detail={detail} />
          </Tabs.Panel>
        ) : null}
      </Tabs>
    </div>
  )
}

/** Somebody who sends to the API without a declared source. */
function SenderPage({ id, dataset }: { id: string; dataset: string | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const found = useQuery(ask.sources())
  const { data: datasets } = useQuery(ask.datasets())
  const lines = (found.data ?? []).filter((one) => one.id === id && (dataset === undefined || one.dataset === dataset))
  const first = lines[0]
  if (found.isError && !found.data) {
    return (
      <div className={classes.page}>
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
      </div>
    )
  }
  if (found.isPending) return <Skeleton height={240} />
  if (!first) {
    return (
      <div className={classes.page}>
        <h1 className={classes.title}>{id}</h1>
        <EmptyNotice hint={t('source.noMatchHint')} title={t('source.noMatch')} />
      </div>
    )
  }
  return (
    <div className={classes.page}>
      <header>
        <h1 className={classes.title}>{format.text(first.title)}</h1>
        <p className={classes.dim}>
          {t('source.undeclared')} · <code>{id}</code>
        </p>
        <p className={classes.about}>{t('source.undeclaredHint')}</p>
      </header>
      {lines.map((line) => (
        <section key={line.dataset}>
          <h2 className={classes.subtitle}>
            <DatasetLink id={line.dataset}>{format.text(datasets?.find((one) => one.id === line.dataset)?.title) || line.dataset}</DatasetLink>
          </h2>
          <p className={classes.dim}>
            <StateMark state={stateOf[line.health]} word={t(`source.health.${line.health}`)} /> · {t('source.newest')}:{' '}
            {line.newest ? format.moment(line.newest) : t('common.never')} ·{' '}
            {t('common.records', { count: line.records, shown: format.number(line.records, 0) })}
          </p>
          <LedgerTab dataset={line.dataset} source={id} />
        </section>
      ))}
    </div>
  )
}
