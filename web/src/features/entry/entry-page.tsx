import '@/shared/i18n/entry-words'

import { Select, Skeleton, Switch, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { askEntry } from '@/shared/api/entry-queries'
import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'

import { DelegationsTab } from './delegations-tab'
import { wantedDuties } from './duties'
import { DutyGroups } from './duty-groups'
import type { EntrySearch } from './entry-search'
import classes from './entry.module.css'
import { UnitsTab } from './units-tab'

type Props = { search: EntrySearch; onSearch: (change: EntrySearch) => void }

/** The entry desk: what is asked for and by when, who is late, and who acts for whom. */
export function EntryPage({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const found = useQuery(askEntry.duties())
  const { data: forms = [] } = useQuery(askEntry.forms())
  const { data: units = [] } = useQuery(ask.units())
  const duties = found.data ?? []
  const wanted = wantedDuties(duties, search)
  const codes = [...new Set(duties.map(({ unit }) => unit))].sort()
  const nameOf = (code: string) => format.text(units.find((unit) => unit.code === code)?.name) || code
  const tab = search.tab ?? 'due'
  return (
    <div className={classes.page}>
      <header>
        <h1 className={classes.title}>{t('entry.title')}</h1>
        <p className={classes.dim}>{t('entry.hint')}</p>
      </header>
      <Tabs
        color="ink"
        keepMounted={false}
        mt="sm"
        onChange={(chosen) => onSearch({ tab: chosen === 'units' || chosen === 'delegations' ? chosen : undefined })}
        value={tab}
      >
        <Tabs.List aria-label={t('entry.parts')}>
          <Tabs.Tab value="due">{t('entry.tab.due')}</Tabs.Tab>
          <Tabs.Tab value="units">{t('entry.tab.units')}</Tabs.Tab>
          <Tabs.Tab value="delegations">{t('entry.tab.delegations')}</Tabs.Tab>
        </Tabs.List>
        {found.isError && !found.data ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
        {found.isPending ? <Skeleton height={240} mt="md" /> : null}
        {tab !== 'delegations' && found.data ? (
          <div className={classes.filters}>
            <Select
              clearable
              clearButtonProps={{ 'aria-label': t('common.clear') }}
              data={forms.map(({ id, title }) => ({ value: id, label: format.text(title) }))}
              label={t('entry.form')}
              onChange={(form) => onSearch({ ...search, form: form ?? undefined })}
              placeholder={t('entry.allForms')}
              value={search.form ?? null}
            />
            <Select
              clearable
              clearButtonProps={{ 'aria-label': t('common.clear') }}
              data={codes.map((value) => ({ value, label: nameOf(value) }))}
              label={t('entry.unit')}
              onChange={(unit) => onSearch({ ...search, unit: unit ?? undefined })}
              placeholder={t('entry.allUnits')}
              searchable
              value={search.unit ?? null}
            />
            {tab === 'due' ? (
              <Switch
                checked={search.mine ?? false}
                className={classes.mine}
                label={t('entry.mine', { count: duties.filter(({ waits }) => waits).length })}
                onChange={({ currentTarget }) => onSearch({ ...search, mine: currentTarget.checked || undefined })}
              />
            ) : null}
          </div>
        ) : null}
        <Tabs.Panel value="due">
          {found.data && wanted.length === 0 ? (
            <EmptyNotice
              hint={t(duties.length === 0 ? 'entry.noneHint' : 'entry.noMatchHint')}
              title={t(duties.length === 0 ? 'entry.none' : 'entry.noMatch')}
            />
          ) : null}
          <DutyGroups duties={wanted} nameOf={nameOf} onGroup={(group) => onSearch({ ...search, group })} shown={search.group} />
        </Tabs.Panel>
        <Tabs.Panel value="units">
          {found.data ? <UnitsTab duties={wanted} nameOf={nameOf} onUnit={(unit) => onSearch({ ...search, tab: undefined, unit })} /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="delegations">
          <DelegationsTab />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
