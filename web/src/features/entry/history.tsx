import { useTranslation } from 'react-i18next'

import type { Submission, SubmissionStep } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './entry.module.css'

/** Every step of all revisions, the newest first: who, for whom, when, why. */
export function History({ found }: { found: Submission }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('entry.history.title')}</h2>
      {found.history.length === 0 ? <p className={classes.dim}>{t('entry.history.none')}</p> : null}
      <ol className={classes.history} reversed>
        {found.history.toReversed().map(({ at, name, behalf, step, after, reason, revision }) => (
          <li key={`${at} ${step}`}>
            <div>
              <b>{t(`entry.steps.${step as SubmissionStep}.done`)}</b> · {name}
              {behalf ? <> ({t('entry.history.behalf', { who: behalf })})</> : null}
            </div>
            <div className={classes.dim}>
              {format.moment(at)} · {t('entry.history.revision', { revision })} · {t(`entry.state.${after}`)}
            </div>
            {reason ? <blockquote className={classes.reason}>{reason}</blockquote> : null}
          </li>
        ))}
      </ol>
    </section>
  )
}
