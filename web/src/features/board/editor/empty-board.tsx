import { Button, Select } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { fold } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './empty-board.module.css'
import type { Editor } from './use-editor'

type Props = { editor: Editor; onAdd: () => void; onImport: () => void }

/** A board without widgets: three ways to begin. */
export function EmptyBoard({ editor, onAdd, onImport }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { data: boards = [] } = useQuery(ask.boards())
  const begin = async (id: string | null) => {
    if (!id) return
    const { widgets, last } = await client.ensureQueryData(ask.board(id))
    editor.edit({ widgets, last })
  }
  return (
    <section aria-labelledby="editor-empty" className={classes.root}>
      <Icon name="layout-dashboard" size={40} />
      <h2 className={classes.title} id="editor-empty">
        {t('editor.empty')}
      </h2>
      <p className={classes.hint}>{t('editor.emptyHint')}</p>
      <Button leftSection={<Icon name="plus" size={16} />} onClick={onAdd} size="md">
        {t('editor.emptyAdd')}
      </Button>
      <div className={classes.others}>
        <Select
          data={boards.map(({ id, title }) => ({ value: id, label: format.text(title) }))}
          filter={({ options, search }) =>
            options.filter((option) => 'value' in option && fold(option.label).includes(fold(search)))
          }
          label={t('editor.emptyFrom')}
          nothingFoundMessage={t('editor.noneFound')}
          onChange={(id) => void begin(id)}
          placeholder={t('editor.emptyFromHint')}
          searchable
          value={null}
        />
        <Button leftSection={<Icon name="upload" size={16} />} onClick={onImport} variant="default">
          {t('editor.yaml.import')}
        </Button>
      </div>
    </section>
  )
}
