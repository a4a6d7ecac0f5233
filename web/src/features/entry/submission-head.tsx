import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { askEntry } from '@/shared/api/entry-queries'
import { ask } from '@/shared/api/queries'
import type { Submission } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import { DueTime } from './due-time'
import classes from './entry.module.css'
import { SubmissionMark } from './submission-mark'

/** Which figures these are: form, unit, period, how far they have come, and when they are due. */
export function SubmissionHead({ found }: { found: Submission }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: units = [] } = useQuery(ask.units())
  const { data: duties = [] } = useQuery(askEntry.duties())
  const unit = units.find(({ code }) => code === found.unit)
  const duty = duties.find((one) => one.dataset === found.form.id && one.unit === found.unit && one.period === found.period)
  return (
    <header className={classes.submissionHead}>
      <Link className={classes.back} to="/entry">
        <Icon name="arrow-left" size={16} /> {t('entry.title')}
      </Link>
      <h1 className={classes.title}>
        {format.text(found.form.title)} · {format.text(found.name)}
      </h1>
      <p className={classes.dim}>{format.text(found.form.description)}</p>
      <p className={classes.facts}>
        <span>{unit ? format.text(unit.name) : found.unit}</span>
        <SubmissionMark late={found.late} revision={found.revision} state={found.version === 0 ? null : found.state} />
        <DueTime days={duty?.late_days ?? 0} due={found.due} late={found.late} open={found.state === 'draft' || found.state === 'returned'} />
      </p>
    </header>
  )
}
