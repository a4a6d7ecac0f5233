import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Passport, Provenance, Query } from '@/shared/api/types'
import { wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { Figure } from '@/shared/ui/figure'
import { DatasetLink, SourceLink } from '@/shared/ui/links'
import { recordsAddress } from '@/shared/widget-actions/records-search'

import classes from './passport.module.css'

type Props = { passport: Passport; provenance: Provenance; query: Query; period: [from: string, to: string] }

/** The period, the records behind the figure, their sources, and the way to them. */
export function PassportData({ passport, provenance, query, period: [from, to] }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: dataset } = useQuery(ask.dataset(passport.dataset))
  const sourceName = (id: string) => format.text(dataset?.sources.find((one) => one.id === id)?.title) || id
  return (
    <>
      <dl className={classes.facts}>
        <dt>{t('passport.period')}</dt>
        <dd className="tc-number">
          {format.moment(from)} – {format.moment(to)}
        </dd>
        <dt>{t('passport.newest')}</dt>
        <dd className="tc-number">{passport.newest ? format.moment(passport.newest) : t('common.noRecords')}</dd>
        <dt>{t('passport.askedAt')}</dt>
        <dd className="tc-number">{format.moment(provenance.asked_at)}</dd>
        {provenance.as_of ? (
          <>
            <dt>{t('passport.asOf')}</dt>
            <dd className="tc-number">{format.moment(provenance.as_of)}</dd>
          </>
        ) : null}
        {passport.target === null ? null : (
          <>
            <dt>{t('common.target')}</dt>
            <dd>
              <Figure unit={passport.unit} value={passport.target} word={wordOf(passport.target, passport)} />
            </dd>
          </>
        )}
      </dl>
      {passport.sources.length > 0 ? (
        <ul className={classes.sources}>
          {passport.sources.map((source) => (
            <li key={source.source}>
              <SourceLink dataset={passport.dataset} id={source.source}>
                {sourceName(source.source)}
              </SourceLink>
              <span className="tc-number">
                {t('common.records', { count: source.records, shown: format.number(source.records, 0) })}
                {source.newest ? ` · ${format.nearMoment(source.newest)}` : ''}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <p>
        <DatasetLink
          id={passport.dataset}
          search={recordsAddress(query, { ...provenance, period_from: from, period_to: to })}
        >
          {t('passport.toRecords')}
        </DatasetLink>
      </p>
    </>
  )
}
