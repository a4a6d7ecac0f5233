import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call, Problem } from '@/shared/api/client'
import { type SubmissionKey, submissionPath } from '@/shared/api/entry-queries'
import type { Submission, SubmissionStep } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'

import classes from './entry.module.css'
import type { Draft } from './use-draft'

type Props = { step: SubmissionStep; found: Submission; submission: SubmissionKey; draft: Draft; onClose: () => void }

const reasoned: ReadonlySet<SubmissionStep> = new Set(['return', 'reopen', 'correct'])

/** Taking a step: what will happen, why, and then it is done. */
export function StepDialog({ step, found, submission, draft, onClose }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [reason, setReason] = useState('')
  const remarks = draft.look.remarks.flat()
  const wrong = remarks.filter(({ grave }) => grave).length
  const odd = step === 'submit' ? remarks.length - wrong : 0
  const stopped = step === 'submit' && wrong > 0
  const needed = reasoned.has(step) || odd > 0
  const take = useMutation({
    mutationFn: async () => {
      if (draft.dirty && !(await draft.flush())) return null
      const body = { step, version: draft.version(), reason: reason.trim() || null }
      return call<Submission>(`${submissionPath(submission)}/steps`, { method: 'POST', body })
    },
    onSuccess: (answer) => {
      if (answer) draft.restart(answer)
      onClose()
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) void draft.meet()
    },
  })
  const name = t(`entry.steps.${step}.name`)
  return (
    <Dialog onClose={onClose} opened size={520} title={name}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          take.mutate()
        }}
      >
        <Stack>
          <p className={classes.plain}>
            {stopped ? t('entry.stopped', { count: wrong }) : t(`entry.steps.${step}.will`, { levels: found.form.levels })}
          </p>
          {odd > 0 && !stopped ? (
            <>
              <p className={classes.plain}>{t('entry.explain', { count: odd })}</p>
              <ul className={classes.oddList}>
                {draft.look.remarks.flatMap((row, index) =>
                  row.map((one) => (
                    <li key={`${index} ${one.column} ${one.code}`}>
                      <b>{nameOf(index)}</b>: {format.text(one.text)}
                    </li>
                  )),
                )}
              </ul>
            </>
          ) : null}
          {stopped ? null : (
            <Textarea
              autosize
              data-autofocus
              label={t(odd > 0 ? 'entry.explanation' : needed ? 'entry.reason' : 'entry.remark')}
              maxLength={2000}
              minRows={2}
              onChange={({ currentTarget }) => setReason(currentTarget.value)}
              required={needed}
              value={reason}
            />
          )}
          {take.isError ? <ErrorNotice error={take.error} /> : null}
          <Group gap="xs" justify="flex-end">
            <Button onClick={onClose} variant="default">
              {t('entry.cancel')}
            </Button>
            {stopped ? null : (
              <Button disabled={needed && reason.trim() === ''} loading={take.isPending} type="submit">
                {name}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Dialog>
  )

  function nameOf(row: number): string {
    const code = found.form.rows === null ? undefined : String(draft.rows[row]?.[found.form.rows] ?? '')
    return format.text(code === undefined ? null : found.form.row_codes[code]) || code || t('entry.sheet.rowNumber', { row: row + 1 })
  }
}
