import { useTranslation } from 'react-i18next'

import type { Connector, SourceDetail } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { useFormat } from '@/shared/format/use-format'
import { StateMark } from '@/shared/ui/state-mark'
import { useNow } from '@/shared/ui/use-now'

import { stateOf } from './health'
import classes from './sources.module.css'

type Props = { detail: SourceDetail; connector: Connector | undefined }

/** How a source is; where it fails: why, what to do, since when, and when it is asked next. */
export function HealthCard({ detail, connector }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow()
  const { health, problem, due } = detail
  const when = (moment: string) => `${format.nearMoment(moment)} (${format.ago(moment, now)})`
  const next = due === null || Date.parse(due) <= now ? t('source.nextNow') : format.nearMoment(due)
  const facts: [label: string, value: string | null][] = [
    [t('source.received'), detail.received ? when(detail.received) : t('common.never')],
    [t('source.newest'), detail.newest ? when(detail.newest) : t('common.never')],
    [t('source.records'), format.number(detail.records, 0)],
    [t('source.every'), detail.every ? format.span(parseDuration(detail.every) ?? 0) : null],
    [t('source.asked'), detail.asked ? when(detail.asked) : null],
    [t('source.next'), connector && !connector.answers && !connector.listens && health !== 'paused' ? next : null],
    [t('source.pausedBy'), detail.paused_by],
    [t('source.spans'), detail.spans.map(({ from, to }) => t('source.span', { from: format.moment(String(from)), to: format.moment(String(to)) })).join('; ')],
    [t('source.cursor'), detail.cursor ? JSON.stringify(detail.cursor) : null],
  ]
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('source.healthTitle')}</h2>
      <p className={classes.line}>
        <StateMark state={stateOf[health]} word={t(`source.health.${health}`)} /> <span>{t(`source.means.${health}`)}</span>
      </p>
      {problem ? (
        <dl className={classes.trouble}>
          <dt>{t('source.why')}</dt>
          <dd>{format.text(problem.message)}</dd>
          {problem.remedy ? (
            <>
              <dt>{t('source.remedy')}</dt>
              <dd>{format.text(problem.remedy)}</dd>
            </>
          ) : null}
          {problem.since ? (
            <>
              <dt>{t('source.since')}</dt>
              <dd>{when(problem.since)}</dd>
            </>
          ) : null}
          <dt>{t('source.failures')}</dt>
          <dd className="tc-number">{format.number(detail.failures, 0)}</dd>
        </dl>
      ) : null}
      <dl className={classes.facts}>
        {facts.map(([label, value]) =>
          value ? (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="tc-number">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </section>
  )
}
