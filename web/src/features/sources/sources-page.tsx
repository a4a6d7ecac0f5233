import '@/shared/i18n/source-words'

import { Button, Skeleton, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { may } from '@/shared/api/may'
import { ask } from '@/shared/api/queries'
import type { SourceLine } from '@/shared/api/types'
import { matchScore } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'
import { DatasetLink, SourceLink } from '@/shared/ui/links'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'
import { useNow } from '@/shared/ui/use-now'

import { stateOf } from './health'
import classes from './sources.module.css'
import { healths, type SourcesSearch } from './sources-search'

type Props = { search: SourcesSearch; onSearch: (change: SourcesSearch) => void }

const none: SourceLine[] = []

/** Every source: how it is, what came in today, and why nothing comes. What is wrong stands first. */
export function SourcesPage({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: session } = useQuery(ask.session())
  const { data: datasets } = useQuery(ask.datasets())
  const found = useQuery(ask.sources())
  const sources = found.data ?? none
  const wanted = search.q ?? ''
  const titleOf = (id: string) => format.text(datasets?.find((one) => one.id === id)?.title) || id
  const named = sources.filter(
    ({ id, title, dataset, connector }) => matchScore(`${id} ${title.vi} ${title.en} ${titleOf(dataset)} ${connector}`, wanted) > 0,
  )
  const shown = named
    .filter(({ health }) => search.state === undefined || health === search.state)
    .toSorted((a, b) => healths.indexOf(a.health) - healths.indexOf(b.health) || format.text(a.title).localeCompare(format.text(b.title)))
  const count = (state: SourcesSearch['state']) => named.filter(({ health }) => state === undefined || health === state).length
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div>
          <h1 className={classes.title}>{t('shell.sources')}</h1>
          <p className={classes.dim}>{t('source.hint')}</p>
        </div>
        <div className={classes.tools}>
          <TextInput
            aria-label={t('source.find')}
            className={classes.find}
            leftSection={<Icon name="search" size={16} />}
            onChange={({ currentTarget }) => onSearch({ ...search, q: currentTarget.value || undefined })}
            placeholder={t('source.find')}
            type="search"
            value={wanted}
          />
          {may(session, 'administer') ? (
            <Button leftSection={<Icon name="plus" size={16} />} renderRoot={(props) => <Link {...props} to="/sources/new" />}>
              {t('source.add')}
            </Button>
          ) : null}
        </div>
      </header>
      <div aria-label={t('source.filter')} className={classes.filters} role="group">
        {(found.data ? ([undefined, ...healths] as const) : [])
          .filter((state) => state === undefined || state === search.state || count(state) > 0)
          .map((state) => (
            <button
              aria-pressed={search.state === state}
              className={classes.filter}
              key={state ?? 'all'}
              onClick={() => onSearch({ ...search, state })}
              type="button"
            >
              {state ? <StateMark size={10} state={stateOf[state]} word={t(`source.health.${state}`)} /> : t('source.everything')}{' '}
              <span className="tc-number">{format.number(count(state), 0)}</span>
            </button>
          ))}
      </div>
      {found.isError && !found.data ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton height={240} /> : null}
      {found.data && shown.length === 0 ? (
        <EmptyNotice
          hint={t(sources.length === 0 ? 'source.noneHint' : 'source.noMatchHint')}
          title={t(sources.length === 0 ? 'source.none' : 'source.noMatch')}
        />
      ) : null}
      {shown.length > 0 ? <SourceTable sources={shown} titleOf={titleOf} /> : null}
    </div>
  )
}

function SourceTable({ sources, titleOf }: { sources: readonly SourceLine[]; titleOf: (dataset: string) => string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow()
  return (
    <div className={classes.panel}>
      <DataTable
        columns={[
          { key: 'name', title: t('source.name') },
          { key: 'state', title: t('source.state') },
          { key: 'received', title: t('source.received') },
          { key: 'today', title: t('source.today') },
          { key: 'dataset', title: t('source.dataset') },
        ]}
        label={t('shell.sources')}
        renderRow={(source) => [
          <div className={classes.nameCell} key="name">
            <SourceLink dataset={source.dataset} id={source.id}>
              {format.text(source.title)}
            </SourceLink>{' '}
            <code className={classes.code}>{source.declared ? source.connector : t('source.undeclared')}</code>
            {source.problem ? (
              <div className={classes.problem} title={format.text(source.problem.message)}>
                {format.text(source.problem.message)}
              </div>
            ) : null}
          </div>,
          <span className={classes.short} key="state">
            <StateMark state={stateOf[source.health]} word={t(`source.health.${source.health}`)} />
          </span>,
          source.received ? (
            <span className={classes.short} key="received" title={format.moment(source.received)}>
              {format.ago(source.received, now)}
            </span>
          ) : (
            t('common.never')
          ),
          <Today key="today" source={source} />,
          <DatasetLink id={source.dataset} key="dataset">
            {titleOf(source.dataset)}
          </DatasetLink>,
        ]}
        rowKey={({ id, dataset }) => `${id} ${dataset}`}
        rows={sources}
      />
    </div>
  )
}

function Today({ source: { today } }: { source: SourceLine }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (today.received === 0) return <span className={classes.dim}>{t('source.nothingToday')}</span>
  const [stored, quarantined, duplicated] = [today.stored, today.quarantined, today.duplicated].map((one) => format.number(one ?? 0, 0))
  return <span className={`tc-number ${classes.short}`}>{t('source.todayIs', { stored, quarantined, duplicated })}</span>
}
