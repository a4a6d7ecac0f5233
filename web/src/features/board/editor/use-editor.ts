import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Board, Session, Widget } from '@/shared/api/types'

import { newBoardId } from '../board-search'
import { copyOf, type Draft, draftOf, keepDraft, keptDraft, mayChange, type Origin } from './draft'
import { begin, change, type History, redo, undo } from './history'

type State = { history: History<Draft>; saved: Draft; origin: Origin; recovered: boolean }

/** A board on the bench: its draft with undo and redo, kept in the tab until it is saved or dropped. */
export function useEditor(board: Board, session: Session) {
  const { i18n } = useTranslation()
  const viewer = session.viewer.id
  const own = mayChange(board)
  const [state, setState] = useState<State>(() => {
    const named = (title: string, lng: 'vi' | 'en') => i18n.t('editor.copyName', { title, lng })
    const saved = own ? draftOf(board) : copyOf(board, named)
    const kept = keptDraft(viewer, board.id)
    const history = begin(saved)
    return {
      saved,
      history: kept ? change(history, kept.draft) : history,
      origin: kept?.origin ?? { id: board.id, version: own && board.id !== newBoardId ? board.version : null },
      recovered: kept !== null,
    }
  })
  const draft = state.history.present
  const dirty = draft !== state.saved
  /** True once what is on the bench was saved or given up: from then on nothing is kept and nobody is asked. */
  const done = useRef(false)
  useEffect(() => {
    if (!done.current) keepDraft(viewer, board.id, dirty ? { origin: state.origin, draft } : null)
  }, [viewer, board.id, dirty, draft, state.origin])

  const update = (turn: (history: History<Draft>) => History<Draft>) =>
    setState((before) => ({ ...before, history: turn(before.history) }))
  const edit = (part: Partial<Draft>, tag?: string) =>
    update((history) => change(history, { ...history.present, ...part }, tag))
  return {
    own,
    /** Whether the viewer decides with whom the board is shared, and may delete it: its own, and every copy. */
    manages: !own || board.may === 'manage',
    /** Whether there is no board yet, nor one that it is a copy of. */
    blank: board.id === newBoardId,
    origin: state.origin,
    recovered: state.recovered && dirty,
    draft,
    dirty,
    canUndo: state.history.past.length > 0,
    canRedo: state.history.future.length > 0,
    undo: () => update(undo),
    redo: () => update(redo),
    edit,
    setWidgets: (widgets: readonly Widget[]) => {
      if (widgets !== draft.widgets) edit({ widgets })
    },
    setWidget: (id: string, next: Widget, tag?: string) =>
      edit({ widgets: draft.widgets.map((widget) => (widget.id === id ? next : widget)) }, tag && `${id}.${tag}`),
    /** Go back to what is saved; undo brings the changes back. */
    revert: () => update((history) => change(history, state.saved)),
    isDone: () => done.current,
    finish: () => {
      done.current = true
      keepDraft(viewer, board.id, null)
    },
  }
}

export type Editor = ReturnType<typeof useEditor>
