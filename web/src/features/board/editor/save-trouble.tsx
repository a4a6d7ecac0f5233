import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './board-editor.module.css'
import { Question } from '@/shared/ui/question'
import type { Editor } from './use-editor'
import type { Saving } from './use-saving'

type Props = { editor: Editor; saving: Saving; onSeeNewest: () => void }

/** Why the board could not be saved, and what can be done; a newer version of somebody else is a question. */
export function SaveTrouble({ editor, saving, onSeeNewest }: Props) {
  const { t } = useTranslation()
  const { save, conflict, gone } = saving
  const newest = useQuery({ ...ask.board(editor.origin.id), enabled: conflict, staleTime: 0 })
  const version = newest.isFetching ? undefined : newest.data?.version
  return (
    <>
      {save.isError && !conflict ? (
        <div className={classes.trouble}>
          <ErrorNotice error={save.error} />
          {gone ? (
            <Button onClick={() => save.mutate({ how: 'copy' })} variant="default">
              {t('editor.saveCopy')}
            </Button>
          ) : null}
        </div>
      ) : null}
      <Question
        answers={[
          { label: t('editor.conflict.see'), onClick: onSeeNewest },
          ...(version === undefined ? [] : [{ label: t('editor.conflict.over'), onClick: () => save.mutate({ how: 'over', version }) }]),
          { label: t('editor.saveCopy'), onClick: () => save.mutate({ how: 'copy' }), main: true, busy: save.isPending },
        ]}
        onClose={save.reset}
        opened={conflict}
        text={t('editor.conflict.text')}
        title={t('editor.conflict.title')}
      />
    </>
  )
}
