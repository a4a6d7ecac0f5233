import { useTranslation } from 'react-i18next'

import type { Answer, LegalBasis, Passport } from '@/shared/api/types'
import { bandOf, figureText, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { Figure } from '@/shared/ui/figure'
import { StateMark } from '@/shared/ui/state-mark'
import { useNames } from '@/shared/widgets/use-names'

import classes from './passport.module.css'
import { PassportCoverage } from './passport-coverage'
import { PassportData } from './passport-data'
import { PassportApproval, PassportInputs } from './passport-inputs'
import { PassportQuality } from './passport-quality'
import { PassportQuery } from './passport-query'
import { questionOf, rowOf, stepEnd } from './passport-row'
import type { PassportSearch } from './passport-search'
import { Section } from './passport-section'

type Props = { answer: Answer; passport: Passport; search: PassportSearch }

/** Formula, law, approval, inputs, coverage, data, quality and the question itself: all that stands behind a number. */
export function PassportBody({ answer, passport, search }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { provenance } = answer
  const { query, dims = [], at } = search
  const row = rowOf(answer, search)
  const named = dims.length > 0 || at !== undefined
  const name = useNames([passport.dataset], dims.map(([column]) => column), query.boundaries)
  const asked = questionOf(query, row)
  const from = row?.at ? new Date(row.at).toISOString() : provenance.period_from
  const end = row?.at && query.grain ? new Date(stepEnd(row.at, query.grain, format.wallTime)).toISOString() : provenance.period_to
  const period: [string, string] = [from, Date.parse(end) < Date.parse(provenance.period_to) ? end : provenance.period_to]
  const moment = row?.at ?? at
  const where = [...dims.map(([column, value]) => name(column, value)), moment ? format.step(moment, query.grain ?? null) : ''].filter(Boolean).join(' · ')
  const validity = between(passport.valid_from, passport.valid_to)
  const word = wordOf(row?.value ?? null, passport)
  const band = bandOf(row?.value ?? null, passport.bands)
  return (
    <div className={classes.root}>
      <div>
        <h3 className={classes.name}>{format.text(passport.title)}</h3>
        {where ? <p className={classes.dim}>{where}</p> : null}
        {row ? (
          <p className={classes.value}>
            <Figure decimals={row.decimals} size="card" unit={passport.unit} value={row.value} word={word} />
            {row.value !== null && word ? (
              <span className={classes.dim}>{figureText(row.value, null, passport.unit, row.decimals, format)}</span>
            ) : null}
            {passport.bands.length > 0 && row.value !== null ? (
              <StateMark state={band?.state ?? 'unknown'} word={band?.title && !word ? format.text(band.title) : undefined} />
            ) : null}
          </p>
        ) : named ? (
          <p role="status">{t('passport.rowGone')}</p>
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

      <Section title={t('passport.approved')}>
        <PassportApproval passport={passport} />
      </Section>

      <Section title={t('passport.inputs')}>
        <PassportInputs inputs={passport.inputs} />
      </Section>

      <Section title={t('passport.coverage')}>
        <PassportCoverage answer={answer} passport={passport} period={period} query={asked} row={row} />
      </Section>

      <Section title={t('passport.data')}>
        <PassportData passport={passport} period={period} provenance={provenance} query={asked} />
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
        <PassportQuery provenance={provenance} search={search} />
      </Section>
    </div>
  )

  function between(start: string | null, until: string | null): string {
    if (start && until) return t('passport.fromTo', { from: format.day(start), to: format.day(until) })
    if (start) return t('passport.from', { from: format.day(start) })
    return until ? t('passport.until', { to: format.day(until) }) : ''
  }
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
