import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Answer, Passport, Query } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './passport.module.css'
import { type PassportRow, shortOf } from './passport-row'

type Props = { answer: Answer; passport: Passport; query: Query; row: PassportRow | null; period: [from: string, to: string] }

/** To the minute, so that a live answer does not ask anew with every record. */
function minute(moment: string): string {
  return new Date(Math.floor(Date.parse(moment) / 60_000) * 60_000).toISOString()
}

/** How much of what was promised came in, and whether that is enough for a value. */
export function PassportCoverage({ answer, passport, query, row, period }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { area } = query.where ?? {}
  const [from, to] = [minute(period[0]), minute(period[1])]
  const { data: found, isError } = useQuery({
    ...ask.coverage(passport.dataset, {
      from, to, area: typeof area === 'string' ? area : undefined, as_of: answer.provenance.as_of ?? undefined,
    }),
    enabled: from < to,
  })
  const counted = (count: number, promised: number | null) => {
    const [came, all] = [format.number(count, 0), format.number(promised ?? 0, 0)]
    if (promised === null) return came
    return count > promised ? t('passport.more', { came, all }) : t('passport.outOf', { came, all, share: format.percent(promised === 0 ? 1 : count / promised) })
  }
  return (
    <>
      <p>{enough()}</p>
      {isError ? <p className={classes.dim}>{t('passport.coverageFailed')}</p> : null}
      {found ? (
        <dl className={classes.facts}>
          <dt>{t('passport.recordsCame')}</dt>
          <dd className="tc-number">{counted(found.records, found.expected)}</dd>
          {found.series === null ? null : (
            <>
              <dt>{t('passport.seriesCame')}</dt>
              <dd className="tc-number">{counted(found.series, found.series_expected)}</dd>
            </>
          )}
          {found.areas === null ? null : (
            <>
              <dt>{t('passport.areasCame')}</dt>
              <dd className="tc-number">{counted(found.areas, found.areas_all)}</dd>
            </>
          )}
        </dl>
      ) : null}
    </>
  )

  function enough(): string {
    const least = passport.at_least
    if (least === null) return t('passport.noLeast')
    const said = t('passport.least', { least: format.percent(least) })
    if (row) {
      if (row.coverage === null) return said
      const met = t(row.coverage >= least ? 'passport.leastMet' : 'passport.leastMissed', { share: format.percent(row.coverage) })
      return `${said} ${met}`
    }
    const { short, all } = shortOf(answer, passport.indicator, least)
    return `${said} ${t('passport.leastShort', { short: format.number(short, 0), all: format.number(all, 0) })}`
  }
}
