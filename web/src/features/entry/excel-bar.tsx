import { Button, CloseButton } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { address, call } from '@/shared/api/client'
import { type SubmissionKey, submissionPath } from '@/shared/api/entry-queries'
import type { EntryRow, Submission, Text } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './entry.module.css'
import type { Draft } from './use-draft'

type Props = { submission: SubmissionKey; draft: Draft }
type Reading = Submission & { told: Text[] }
type Read = { told: Text[]; file: string; before: EntryRow[] }

/** The form as a workbook to take along, and a workbook that comes back: its figures go onto the desk, to be looked at. */
export function ExcelBar({ submission, draft }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const input = useRef<HTMLInputElement>(null)
  const path = `${submissionPath(submission)}/workbook`
  const read = useMutation({
    mutationFn: async (file: File): Promise<Read> => {
      await draft.flush()
      const before = draft.rows
      const answer = await call<Reading>(path, { method: 'POST', body: file })
      draft.setRows(answer.rows)
      return { told: answer.told, file: file.name, before }
    },
  })
  return (
    <>
      <div className={classes.excel}>
        <Button
          component="a"
          download
          href={address(path, { lang: format.language })}
          leftSection={<Icon name="download" size={16} />}
          size="compact-sm"
          variant="default"
        >
          {t('entry.excel.take')}
        </Button>
        {draft.writable ? (
          <Button
            leftSection={<Icon name="upload" size={16} />}
            loading={read.isPending}
            onClick={() => input.current?.click()}
            size="compact-sm"
            variant="default"
          >
            {t('entry.excel.read')}
          </Button>
        ) : null}
        <input
          accept=".xlsx,.xls,.ods,.xlsm,.xlsb"
          aria-label={t('entry.excel.read')}
          hidden
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            event.currentTarget.value = ''
            if (file) read.mutate(file)
          }}
          ref={input}
          type="file"
        />
      </div>
      <div aria-live="polite">
        {read.isError ? <ErrorNotice error={read.error} /> : null}
        {read.data && !read.isPending ? (
          <div className={classes.notice}>
            <div className={classes.noticeText}>
              {t('entry.excel.done', { file: read.data.file })}
              {read.data.told.length > 0 ? (
                <ul className={classes.told}>
                  {read.data.told.map((one) => (
                    <li key={one.en}>{format.text(one)}</li>
                  ))}
                </ul>
              ) : null}
            </div>
            <Button
              onClick={() => {
                draft.setRows(read.data.before)
                read.reset()
              }}
              size="compact-sm"
              variant="default"
            >
              {t('entry.excel.undo')}
            </Button>
            <CloseButton aria-label={t('common.close')} onClick={read.reset} />
          </div>
        ) : null}
      </div>
    </>
  )
}
