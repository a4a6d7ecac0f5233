import { useMutation } from '@tanstack/react-query'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import type { components } from '@/shared/api/openapi'
import type { Board } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'

import classes from './board-editor.module.css'
import type { Editor } from './use-editor'

type Reading = Omit<components['schemas']['BoardReading'], 'board'> & {
  board: Pick<Board, 'title' | 'description' | 'last' | 'widgets'> | null
}
type Props = { editor: Editor; input: RefObject<HTMLInputElement | null> }

/** Takes a board's YAML onto the bench; the server checks it as it checks a pack, and every problem has its line. */
export function ImportFile({ editor, input }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const read = useMutation({
    mutationFn: async (file: File) =>
      call<Reading>('/boards/read', { method: 'POST', body: { file: file.name, text: await file.text() } }),
    onSuccess: ({ board }) => {
      if (!board) return
      const { title, description, last, widgets } = board
      editor.edit({ title, description, last, widgets })
    },
  })
  const issues = read.data?.issues ?? []
  return (
    <>
      <input
        accept=".yaml,.yml"
        aria-label={t('editor.yaml.import')}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) read.mutate(file)
        }}
        ref={input}
        type="file"
      />
      <Dialog onClose={read.reset} opened={issues.length > 0 || read.isError} size={640} title={t('editor.yaml.wrong')}>
        {read.isError ? <ErrorNotice error={read.error} /> : null}
        <ul className={classes.issues}>
          {issues.map((issue) => (
            <li key={`${issue.line} ${issue.problem.en}`}>
              <strong>{t('editor.yaml.at', { file: issue.file, line: issue.line })}</strong>
              <p>{format.text(issue.problem)}</p>
              <p className={classes.hint}>{format.text(issue.remedy)}</p>
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  )
}
