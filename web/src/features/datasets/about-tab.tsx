import { useTranslation } from 'react-i18next'

import type { Dataset } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { useFormat } from '@/shared/format/use-format'
import { PassportQuality } from '@/shared/passport/passport-quality'
import { DataTable } from '@/shared/ui/data-table'
import { SourceLink } from '@/shared/ui/links'
import { EmptyNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'
import { useNow } from '@/shared/ui/use-now'

import classes from './datasets.module.css'
import { sourceName } from './source-name'

/** Freshness, quality, sources, columns and checks. */
export function AboutTab({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow()
  const { freshness, expect } = dataset
  const span = (duration: string) => format.span(parseDuration(duration) ?? 0)
  const titleOf = (column: string) => format.text(dataset.columns.find(({ name }) => name === column)?.title) || column
  return (
    <>
      <div className={classes.cards}>
        <section className={classes.card}>
          <h2 className={classes.heading}>{t('dataset.freshness')}</h2>
          <dl className={classes.facts}>
            <dt>{t('dataset.state')}</dt>
            <dd>
              <StateMark state={freshness.state} word={t(`common.fresh.${freshness.state}`)} />
            </dd>
            <dt>{t('dataset.newest')}</dt>
            <dd className="tc-number">
              {freshness.newest
                ? `${format.moment(freshness.newest)} (${format.ago(freshness.newest, now)})`
                : t('common.noRecords')}
            </dd>
            <dt>{t('dataset.promised')}</dt>
            <dd>
              {expect
                ? t('dataset.promise', { every: span(expect.every), within: span(expect.within) })
                : t('dataset.noPromise')}
            </dd>
            <dt>{t('dataset.records')}</dt>
            <dd className="tc-number">{format.number(dataset.records, 0)}</dd>
            {dataset.key.length > 0 ? (
              <>
                <dt>{t('dataset.key')}</dt>
                <dd>{dataset.key.map(titleOf).join(' + ')}</dd>
              </>
            ) : null}
          </dl>
        </section>
        <section className={classes.card}>
          <h2 className={classes.heading}>{t('dataset.quality')}</h2>
          <PassportQuality quality={dataset.quality} />
        </section>
      </div>
      <section className={classes.card}>
        <h2 className={classes.heading}>{t('dataset.sources')}</h2>
        {dataset.sources.length === 0 ? (
          <EmptyNotice hint={t('dataset.noSourcesHint')} title={t('dataset.noSources')} />
        ) : (
          <DataTable
            columns={[
              { key: 'source', title: t('dataset.source') },
              { key: 'newest', title: t('dataset.newest') },
              { key: 'records', title: t('dataset.records'), align: 'end' },
            ]}
            dense
            label={t('dataset.sources')}
            renderRow={(source) => [
              <SourceLink dataset={dataset.id} id={source.id} key="source">
                {sourceName(dataset, source.id, format)}
              </SourceLink>,
              source.newest ? format.moment(source.newest) : t('common.never'),
              format.number(source.records, 0),
            ]}
            rows={dataset.sources}
          />
        )}
      </section>
      <section className={`${classes.card} ${classes.section}`}>
        <h2 className={classes.heading}>{t('dataset.columns')}</h2>
        <DataTable
          columns={[
            { key: 'title', title: t('dataset.column') },
            { key: 'name', title: t('dataset.columnName') },
            { key: 'type', title: t('dataset.type') },
            { key: 'unit', title: t('dataset.unit') },
            { key: 'required', title: t('dataset.required') },
            { key: 'sensitivity', title: t('dataset.sensitivity') },
          ]}
          dense
          label={t('dataset.columns')}
          renderRow={(column) => [
            <span key="title" title={format.text(column.description)}>
              {format.text(column.title)}
            </span>,
            <code className={classes.code} key="name">
              {column.name}
            </code>,
            t(`dataset.types.${column.type}`),
            column.unit ?? '',
            column.required ? t('common.yes') : '',
            t(`dataset.sensitivities.${column.sensitivity}`),
          ]}
          rows={dataset.columns}
        />
      </section>
      {dataset.checks.length > 0 ? (
        <section className={`${classes.card} ${classes.section}`}>
          <h2 className={classes.heading}>{t('dataset.checks')}</h2>
          <p className={classes.dim}>{t('dataset.checksHint')}</p>
          <ul>
            {dataset.checks.map((check) => (
              <li key={check.name}>{format.text(check.say)}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}
