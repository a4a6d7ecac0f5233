import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Answer, LegalBasis, Passport, Query } from '@/shared/api/types'
import { figureText, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { recordsAddress } from '@/shared/widget-actions/records-search'
import { AnswerView } from '@/shared/widgets/answer-view'
import { Figure } from '@/shared/ui/figure'
import { DatasetLink } from '@/shared/ui/links'

import classes from './passport.module.css'
import { PassportQuality } from './passport-quality'
import { PassportQuery } from './passport-query'

type Props = { answer: Answer; passport: Passport; query: Query }

/** Formula, law, data, quality and the question itself: all that stands behind a number. */
export function PassportBody({ answer, passport, query }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { provenance } = answer
  const view = new AnswerView(answer)
  const single = view.dimensions.length === 0
  const row = single ? view.newest() : null
  const column = view.values.find(({ indicator, name }) => (indicator ?? name) === passport.indicator)
  const value = row && column ? view.number(row, column.name) : null
  const word = wordOf(value, passport)
  const validity = between(passport.valid_from, passport.valid_to)
  const { data: dataset } = useQuery(ask.dataset(passport.dataset))
  const sourceName = (id: string) => format.text(dataset?.sources.find((one) => one.id === id)?.title) || id
  return (
    <div className={classes.root}>
      <div>
        <h3 className={classes.name}>{format.text(passport.title)}</h3>
        {row && column ? (
          <p className={classes.value}>
            <Figure decimals={column.decimals} size="card" unit={passport.unit} value={value} word={word} />
            {value !== null && word ? (
              <span className={classes.dim}>{figureText(value, null, passport.unit, column.decimals, format)}</span>
            ) : null}
            {view.timed ? <span className={classes.dim}>{format.step(view.time(row), query.grain ?? null)}</span> : null}
          </p>
        ) : null}
        {provenance.demo ? <p className={classes.demo}>{t('shell.demoNote')}</p> : null}
      </div>

      <Section title={t('passport.formula')}>
        <p>{format.text(passport.formula)}</p>
        <pre className={classes.code}>{passport.expression}</pre>
        {validity ? <p className={classes.dim}>{t('passport.formulaValid', { validity })}</p> : null}
      </Section>

      <Section title={t('passport.legal')}>
        {passport.legal.length === 0 ? <p className={classes.dim}>{t('passport.noLegal')}</p> : null}
        <ul className={classes.plain}>
          {passport.legal.map((legal) => (
            <li key={`${legal.number}${legal.article ?? ''}`}>
              <Legal legal={legal} validity={between(legal.valid_from ?? null, legal.valid_to ?? null)} />
            </li>
          ))}
        </ul>
      </Section>

      <Section title={t('passport.data')}>
        <dl className={classes.facts}>
          <dt>{t('passport.dataset')}</dt>
          <dd>
            <DatasetLink id={passport.dataset}>{format.text(passport.dataset_title)}</DatasetLink>
          </dd>
          <dt>{t('passport.period')}</dt>
          <dd className="tc-number">
            {format.moment(provenance.period_from)} – {format.moment(provenance.period_to)}
          </dd>
          <dt>{t('passport.records')}</dt>
          <dd className="tc-number">{format.number(passport.records, 0)}</dd>
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
                <span>{sourceName(source.source)}</span>
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
            search={recordsAddress(query, provenance)}
          >
            {t('passport.toRecords')}
          </DatasetLink>
        </p>
      </Section>

      <Section title={t('passport.quality')}>
        <PassportQuality quality={passport.quality} />
      </Section>

      {provenance.notes.length > 0 ? (
        <Section title={t('passport.notes')}>
          <ul className={classes.plain}>
            {provenance.notes.map((note) => (
              <li key={note.en}>{format.text(note)}</li>
            ))}
          </ul>
        </Section>
      ) : null}

      <Section title={t('passport.query')}>
        <PassportQuery indicator={passport.indicator} provenance={provenance} query={query} />
      </Section>
    </div>
  )

  function between(from: string | null, to: string | null): string {
    if (from && to) return t('passport.fromTo', { from: format.day(from), to: format.day(to) })
    if (from) return t('passport.from', { from: format.day(from) })
    return to ? t('passport.until', { to: format.day(to) }) : ''
  }
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h4 className={classes.heading}>{title}</h4>
      {children}
    </section>
  )
}

function Legal({ legal, validity }: { legal: LegalBasis; validity: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const details = [
    legal.article,
    legal.issued ? t('passport.issued', { day: format.day(legal.issued) }) : null,
    validity || t('passport.inForce'),
  ].filter(Boolean)
  return (
    <>
      <strong>{legal.number}</strong> {format.text(legal.title)}
      <div className={classes.dim}>{details.join(' · ')}</div>
    </>
  )
}
