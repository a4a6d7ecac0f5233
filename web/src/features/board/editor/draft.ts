import type { Board, Share, Text, Widget } from '@/shared/api/types'

import { newBoardId } from '../board-search'

/** A board while it is edited: what is saved of it. */
export type Draft = {
  title: Text
  description: Text | null
  last: string
  shared: boolean
  shares: readonly Share[]
  /** What the next save says of itself in the list of versions. */
  note: string
  widgets: readonly Widget[]
}

/** Where a draft comes from: a board of one's own at a version, or anything else, of which it will be a copy. */
export type Origin = { id: string; version: number | null }

/** Whether the viewer may change this very board; otherwise a copy is made. */
export function mayChange(board: Board): boolean {
  return board.may !== 'view'
}

const nothing: Text = { vi: '', en: '' }

/** A board that is not there yet. */
export const blankBoard: Board = {
  id: newBoardId, pack: 'saved', title: nothing, description: null, owner: null, shared: false, shares: [], may: 'manage', version: 0,
  last: '7d', widgets: [],
}

export function draftOf(board: Board): Draft {
  const { title, description, last, shared, shares, widgets } = board
  return { title, description: description ?? null, last, shared, shares, note: '', widgets }
}

/** The same board as a copy of one's own: under another name, and seen by nobody else yet. */
export function copyOf(board: Board, name: (title: string, language: 'vi' | 'en') => string): Draft {
  const { vi, en } = board.title
  return { ...draftOf(board), title: { vi: name(vi, 'vi'), en: name(en, 'en') }, shared: false, shares: [] }
}

/** A text ready to be sent: trimmed, a missing language taken from the other; null when nothing was written. */
export function cleanText(text: Text | null | undefined): Text | null {
  const vi = text?.vi.trim() ?? ''
  const en = text?.en.trim() ?? ''
  return vi === '' && en === '' ? null : { vi: vi || en, en: en || vi }
}

/** Whether this can be the address of an embedded page. */
export function isPageUrl(url: string | null | undefined): boolean {
  return /^https?:\/\/[A-Za-z0-9]/.test(url ?? '') && URL.canParse(url ?? '')
}

/** What keeps a draft from being saved. */
export function lackOf(draft: Draft): 'title' | 'widgets' | 'note' | 'page' | null {
  if (!cleanText(draft.title)) return 'title'
  if (draft.widgets.length === 0) return 'widgets'
  if (draft.widgets.some(({ kind, text }) => kind === 'text' && !cleanText(text))) return 'note'
  return draft.widgets.some(({ kind, url }) => kind === 'page' && !isPageUrl(url)) ? 'page' : null
}

/** What is sent. */
export function bodyOf(draft: Draft, version: number | null) {
  const widgets = draft.widgets.map((widget) => ({ ...widget, title: cleanText(widget.title), text: cleanText(widget.text), url: widget.url || null }))
  const { last, shared, shares } = draft
  const note = draft.note.trim() || null
  const said = { title: cleanText(draft.title), description: cleanText(draft.description) }
  return { ...said, last, shared, shares, note, widgets, ...(version === null ? {} : { version }) }
}

/** A name for a new widget that no other has. */
export function freeId(widgets: readonly Widget[], wanted: string): string {
  const base = wanted.replaceAll(/[^a-z0-9_]/g, '_').replace(/^[^a-z]+/, '').slice(0, 50) || 'widget'
  const taken = new Set(widgets.map(({ id }) => id))
  if (!taken.has(base)) return base
  let count = 2
  while (taken.has(`${base}_${count}`)) count += 1
  return `${base}_${count}`
}

export type Kept = { origin: Origin; draft: Draft }

/** Unsaved changes stay with the browser's tab, for each person and board. */
const key = (viewer: string, board: string) => `toancanh.draft.${viewer}.${board}`

export function keepDraft(viewer: string, board: string, kept: Kept | null): void {
  try {
    if (kept) sessionStorage.setItem(key(viewer, board), JSON.stringify(kept))
    else sessionStorage.removeItem(key(viewer, board))
  } catch {
    // A browser without storage loses unsaved changes on a reload; nothing else depends on it.
  }
}

export function keptDraft(viewer: string, board: string): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key(viewer, board)) ?? 'null') as Kept | null
    return kept && Array.isArray(kept.draft.widgets) && Array.isArray(kept.draft.shares) ? kept : null
  } catch {
    return null
  }
}
