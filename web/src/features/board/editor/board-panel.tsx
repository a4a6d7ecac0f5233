import { Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import classes from './board-editor.module.css'
import { PeriodSelect } from './period-select'
import { TextFields } from './text-fields'
import type { Editor } from './use-editor'

/** What the whole board is: its name, its question, its period, and who sees it. */
export function BoardPanel({ editor }: { editor: Editor }) {
  const { t } = useTranslation()
  const { draft, edit } = editor
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
      <Switch
        checked={draft.shared}
        description={t('editor.sharedHint')}
        label={t('editor.shared')}
        onChange={(event) => edit({ shared: event.currentTarget.checked })}
      />
      <p className={classes.hint}>{t('editor.pickHint')}</p>
    </div>
  )
}
