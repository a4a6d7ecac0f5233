import { ActionIcon, Button, Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { address } from '@/shared/api/client'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './board-editor.module.css'
import { Question } from '@/shared/ui/question'
import type { Editor } from './use-editor'
import type { Saving } from './use-saving'

type Props = {
  editor: Editor
  saving: Saving
  onAdd: () => void
  onBoard: () => void
  onClose: () => void
  onImport: () => void
  onSave: () => void
  onVersions: () => void
}

/** What can be done with the board as a whole. */
export function EditorBar({ editor, saving, onAdd, onBoard, onClose, onImport, onSave, onVersions }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [deleting, setDeleting] = useState(false)
  const { draft, dirty, own } = editor
  const saved = own && editor.origin.version !== null
  return (
    <header className={classes.bar}>
      <div className={classes.heading}>
        <h1 className={classes.title}>{format.text(draft.title) || t('editor.untitled')}</h1>
        <p className={classes.status} role="status">
          {t(saved ? 'editor.editing' : editor.blank ? 'editor.making' : 'editor.copying')} · {dirty ? t('editor.unsaved') : t('editor.unchanged')}
        </p>
      </div>
      <div aria-label={t('editor.tools')} className={classes.tools} role="group">
        <ActionIcon aria-label={t('editor.undo')} disabled={!editor.canUndo} onClick={editor.undo} title={`${t('editor.undo')} (Ctrl+Z)`}>
          <Icon name="arrow-back-up" />
        </ActionIcon>
        <ActionIcon aria-label={t('editor.redo')} disabled={!editor.canRedo} onClick={editor.redo} title={`${t('editor.redo')} (Ctrl+Shift+Z)`}>
          <Icon name="arrow-forward-up" />
        </ActionIcon>
        <Button data-add leftSection={<Icon name="plus" size={16} />} onClick={onAdd} variant="default">
          {t('editor.add')}
        </Button>
        <Button leftSection={<Icon name="adjustments" size={16} />} onClick={onBoard} variant="default">
          {t('editor.boardPanel')}
        </Button>
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon aria-label={t('editor.moreActions')}>
              <Icon name="dots" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Icon name="upload" size={16} />} onClick={onImport}>
              {t('editor.yaml.import')}
            </Menu.Item>
            {editor.blank ? null : (
              <Menu.Item
                component="a"
                download
                href={address(`/boards/${encodeURIComponent(editor.origin.id)}/yaml`)}
                leftSection={<Icon name="download" size={16} />}
              >
                {saved ? t('editor.yaml.export') : t('editor.yaml.exportSource')}
              </Menu.Item>
            )}
            {saved ? (
              <Menu.Item leftSection={<Icon name="history" size={16} />} onClick={onVersions}>
                {t('editor.versions.title')}
              </Menu.Item>
            ) : null}
            {dirty ? (
              <Menu.Item leftSection={<Icon name="arrow-back-up" size={16} />} onClick={editor.revert}>
                {t('editor.revert')}
              </Menu.Item>
            ) : null}
            {saved && editor.manages ? (
              <Menu.Item leftSection={<Icon name="trash" size={16} />} onClick={() => setDeleting(true)}>
                {t('editor.delete')}
              </Menu.Item>
            ) : null}
          </Menu.Dropdown>
        </Menu>
        <Button onClick={onClose} variant="default">
          {t('editor.close')}
        </Button>
        <Button
          disabled={!dirty && saved}
          leftSection={<Icon name="device-floppy" size={16} />}
          loading={saving.save.isPending}
          onClick={onSave}
        >
          {t('editor.save')}
        </Button>
      </div>
      <Question
        answers={[
          { label: t('editor.keep'), onClick: () => setDeleting(false) },
          { label: t('editor.delete'), onClick: () => saving.remove.mutate(undefined, { onError: () => setDeleting(false) }), main: true, busy: saving.remove.isPending },
        ]}
        onClose={() => setDeleting(false)}
        opened={deleting}
        text={draft.shared || draft.shares.length > 0 ? t('editor.deleteShared') : t('editor.deleteText')}
        title={t('editor.deleteTitle', { name: format.text(draft.title) })}
      />
    </header>
  )
}
