import { Button, SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { FigureStatus, Submission, SubmissionStep } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './entry.module.css'
import { firstMarked } from './first-marked'
import type { Draft } from './use-draft'

type Props = { found: Submission; draft: Draft; onStep: (step: SubmissionStep) => void }

const onwards: ReadonlySet<SubmissionStep> = new Set(['submit', 'check', 'approve'])

/** What stays in sight over the sheet: how final the figures are, what is wrong, whether all is saved, and the steps. */
export function SubmissionBar({ found, draft, onStep }: Props) {
  const { t } = useTranslation()
  const remarks = draft.look.remarks.flat()
  const wrong = remarks.filter(({ grave }) => grave).length
  const odd = remarks.length - wrong
  return (
    <div className={classes.bar}>
      {draft.status !== null && !draft.writable ? (
        <span>
          {t('entry.status')}: <b>{t(`entry.statuses.${draft.status}`)}</b>
        </span>
      ) : null}
      {found.form.statuses.length > 0 && draft.writable ? (
        <SegmentedControl
          aria-label={t('entry.status')}
          data={found.form.statuses.map((value) => ({ value, label: t(`entry.statuses.${value as FigureStatus}`) }))}
          onChange={(value) => draft.setStatus(value as FigureStatus)}
          value={draft.status ?? ''}
        />
      ) : null}
      <p aria-live="polite" className={classes.summary}>
        {wrong > 0 ? <StateMark state="bad" word={t('entry.wrong', { count: wrong })} /> : null}
        {odd > 0 ? <StateMark state="watch" word={t('entry.odd', { count: odd })} /> : null}
        {remarks.length === 0 ? <span className={classes.dim}>{t(draft.empty ? 'entry.nothingYet' : 'entry.noRemarks')}</span> : null}
        {remarks.length > 0 && draft.writable ? (
          <Button onClick={firstMarked} size="compact-sm" variant="subtle">
            {t('entry.toMarked')}
          </Button>
        ) : null}
      </p>
      <SavedMark draft={draft} />
      <div className={classes.steps}>
        {found.steps.map((step) => (
          <Button key={step} onClick={() => onStep(step)} variant={onwards.has(step) ? 'filled' : 'default'}>
            {t(`entry.steps.${step}.name`)}
          </Button>
        ))}
        {found.steps.length === 0 && found.writable ? (
          <Button disabled={draft.empty} loading={draft.saving} onClick={() => void draft.flush()}>
            {t('entry.saveFirst')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function SavedMark({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!draft.writable) return <span className={classes.dim}>{t('entry.readOnly')}</span>
  if (!draft.dirty && !draft.saving && draft.version() === 0) return null
  const word = draft.saving
    ? t('entry.saving')
    : draft.dirty
      ? t('entry.unsaved')
      : draft.saved !== null
        ? t('entry.savedAt', { at: format.clockTime(draft.saved) })
        : t('entry.allSaved')
  return (
    <span className={classes.dim} role="status">
      {word}
    </span>
  )
}
