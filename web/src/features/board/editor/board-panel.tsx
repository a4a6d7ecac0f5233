import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Icon } from '@/shared/ui/icon'

import { SharedWith } from '../shared-with'
import classes from './board-editor.module.css'
import { PeriodSelect } from './period-select'
import { ShareDialog } from './share-dialog'
import { TextFields } from './text-fields'
import type { Editor } from './use-editor'

/** What the whole board is: its name, its question, its period, and who sees it. */
export function BoardPanel({ editor }: { editor: Editor }) {
  const { t } = useTranslation()
  const { draft, edit } = editor
  const [sharing, setSharing] = useState(false)
  return (
    <div className={classes.fields}>
      <TextFields
        label={t('editor.boardTitle')}
        onChange={(title) => edit({ title: title ?? { vi: '', en: '' } }, 'title')}
        required
        value={draft.title}
      />
      <TextFields
        label={t('editor.description')}
        long
        onChange={(description) => edit({ description }, 'description')}
        value={draft.description}
      />
      <PeriodSelect label={t('editor.opensWith')} onChange={(last) => last && edit({ last })} value={draft.last} />
      <section aria-label={t('editor.share.title')}>
        <SharedWith shared={draft.shared} shares={draft.shares} />
        {editor.manages ? (
          <Button fullWidth leftSection={<Icon name="users" size={16} />} mt={6} onClick={() => setSharing(true)} variant="default">
            {t('editor.share.open')}
          </Button>
        ) : (
          <p className={classes.hint}>{t('editor.share.owner')}</p>
        )}
      </section>
      <Textarea
        autosize
        description={t('editor.saveNoteHint')}
        label={t('editor.saveNote')}
        maxLength={500}
        maxRows={4}
        onChange={(event) => edit({ note: event.currentTarget.value }, 'note')}
        value={draft.note}
      />
      <p className={classes.hint}>{t('editor.pickHint')}</p>
      <ShareDialog editor={editor} onClose={() => setSharing(false)} opened={sharing} />
    </div>
  )
}
