import '@/shared/i18n/editor-words'

import { CloseButton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useBlocker } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Board, Session, Widget, WidgetKind } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { useScreenKeys } from '@/shared/ui/keys'
import { SidePanel } from '@/shared/ui/overlay'

import { AddDialog } from './add-dialog'
import classes from './board-editor.module.css'
import { BoardPanel } from './board-panel'
import { freeId, lackOf } from './draft'
import { EditorBar } from './editor-bar'
import { EmptyBoard } from './empty-board'
import { ImportFile } from './import-file'
import { EditorGrid } from './editor-grid'
import { inOrder, roomFor, without } from './layout'
import { LeaveQuestion } from './questions'
import { SaveTrouble } from './save-trouble'
import { useEditor } from './use-editor'
import { useKnown, useNaming } from './use-known'
import { useSaving } from './use-saving'
import { newWidget, type Thing } from './widget-kinds'
import { WidgetPanel } from './widget-panel'

type Props = {
  board: Board
  session: Session
  onClose: () => void
  onSaved: (board: Board) => void
  onRemoved: () => void
  onVersions: () => void
}

/** The bench on which a board is made: what it will be, live, beside what can be set. */
export function BoardEditor({ board, session, onClose, onSaved, onRemoved, onVersions }: Props) {
  const { t, i18n } = useTranslation()
  const editor = useEditor(board, session)
  const { draft } = editor
  const known = useKnown()
  const { ofWidget } = useNaming(known)
  const roomy = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false })
  const wide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [selected, setSelected] = useState<string | null>(null)
  const [panel, setPanel] = useState(false)
  const [adding, setAdding] = useState(false)
  const [tried, setTried] = useState(false)
  const side = useRef<HTMLHeadingElement>(null)
  const root = useRef<HTMLDivElement>(null)
  const importer = useRef<HTMLInputElement>(null)
  const saving = useSaving(editor, onSaved, onRemoved)
  const view = useMemo(() => ({ boardLast: draft.last }), [draft.last])
  const lack = lackOf(draft)
  const widget = draft.widgets.find(({ id }) => id === selected)

  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      const stays = next.pathname === current.pathname && 'edit' in next.search && next.search.edit === true
      return editor.dirty && !editor.isDone() && !stays
    },
    enableBeforeUnload: () => editor.dirty && !editor.isDone(),
    withResolver: true,
  })

  const focusHandle = (id: string | undefined) =>
    requestAnimationFrame(() => {
      const found = root.current?.querySelector<HTMLElement>(id ? `[data-handle="${id}"]` : '[data-add]')
      found?.focus()
      found?.closest('article')?.scrollIntoView({ block: 'nearest' })
    })
  const select = (id: string, byKeyboard: boolean) => {
    setSelected(id)
    setPanel(true)
    if (byKeyboard) requestAnimationFrame(() => side.current?.focus())
  }
  const leaveWidget = (id: string) => {
    setSelected(null)
    focusHandle(id)
  }
  const removeWidget = (id: string) => {
    const order = inOrder(draft.widgets)
    const index = order.findIndex((one) => one.id === id)
    editor.setWidgets(without(draft.widgets, id))
    if (selected === id) setSelected(null)
    setPanel(false)
    focusHandle((order[index + 1] ?? order[index - 1])?.id)
  }
  const add = (thing: Thing, kind: WidgetKind) => {
    const note = { vi: i18n.t('editor.newNote', { lng: 'vi' }), en: i18n.t('editor.newNote', { lng: 'en' }) }
    const { size, ...made } = newWidget(thing, kind, note)
    const id = freeId(draft.widgets, thing.id.split('.').at(-1) ?? kind)
    const added: Widget = { ...made, id, at: roomFor(draft.widgets, size) }
    editor.setWidgets([...draft.widgets, added])
    setAdding(false)
    setSelected(id)
    setTimeout(() => focusHandle(id), 300)
  }
  const trySave = () => {
    setTried(true)
    if (lack === null && !saving.save.isPending) saving.save.mutate({ how: 'change' })
    else if (lack === 'title') {
      setSelected(null)
      setPanel(true)
    }
  }
  useScreenKeys('editor', [
    { keys: ['mod+S'], does: 'save', act: trySave, always: true },
    { keys: ['mod+Z'], does: 'undo', act: editor.undo },
    { keys: ['mod+shift+Z', 'mod+Y'], does: 'redo', act: editor.redo },
  ])

  const heading = widget ? t('editor.widgetPanel', { name: ofWidget(widget) }) : t('editor.boardPanel')
  const fields = widget ? (
    <WidgetPanel editor={editor} key={widget.id} known={known} name={ofWidget(widget)} onRemove={() => removeWidget(widget.id)} widget={widget} />
  ) : (
    <BoardPanel editor={editor} />
  )
  return (
    <div className={classes.root} ref={root}>
      <EditorBar
        editor={editor}
        onAdd={() => setAdding(true)}
        onBoard={() => {
          setSelected(null)
          setPanel(true)
          requestAnimationFrame(() => side.current?.focus())
        }}
        onClose={onClose}
        onImport={() => importer.current?.click()}
        onSave={trySave}
        onVersions={onVersions}
        saving={saving}
      />
      {editor.recovered ? (
        <p className={classes.notice} role="status">
          <Icon name="history" size={16} /> {t('editor.recovered')}
        </p>
      ) : null}
      {tried && lack ? (
        <p className={classes.lack} role="alert">
          <Icon name="alert-circle" size={16} /> {t(`editor.lack.${lack}`)}
        </p>
      ) : null}
      <SaveTrouble editor={editor} onSeeNewest={() => { editor.finish(); onClose() }} saving={saving} />
      {saving.remove.isError ? <ErrorNotice error={saving.remove.error} /> : null}
      <div className={classes.bench}>
        <div className={classes.board}>
          {draft.widgets.length === 0 ? (
            <EmptyBoard editor={editor} onAdd={() => setAdding(true)} onImport={() => importer.current?.click()} />
          ) : (
            <EditorGrid
              name={ofWidget}
              narrow={!wide}
              onRemove={removeWidget}
              onSelect={select}
              onWidgets={editor.setWidgets}
              selected={selected}
              view={view}
              widgets={draft.widgets}
            />
          )}
        </div>
        {roomy ? (
          <aside aria-label={heading} className={classes.side}>
            <div className={classes.sideHead}>
              <h2 className={classes.sideTitle} ref={side} tabIndex={-1}>
                {heading}
              </h2>
              {widget ? <CloseButton aria-label={t('editor.backToBoard')} onClick={() => leaveWidget(widget.id)} /> : null}
            </div>
            {fields}
          </aside>
        ) : (
          <SidePanel onClose={() => setPanel(false)} opened={panel} title={heading}>
            {fields}
          </SidePanel>
        )}
      </div>
      <ImportFile editor={editor} input={importer} />
      <AddDialog known={known} onAdd={add} onClose={() => setAdding(false)} opened={adding} />
      <LeaveQuestion
        onLeave={() => {
          editor.finish()
          blocker.proceed?.()
        }}
        onStay={() => blocker.reset?.()}
        opened={blocker.status === 'blocked'}
      />
    </div>
  )
}
