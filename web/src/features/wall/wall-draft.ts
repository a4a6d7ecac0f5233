import type { Wall, WallAlarm, WallItem } from '@/shared/api/types'

import { slug } from './slug'

/** A wall while it is edited. `key` tells items apart that show the same board. */
export type DraftItem = WallItem & { key: number }
export type Draft = { id: string | null; vi: string; en: string; theme: string; alarm: WallAlarm; items: DraftItem[] }

let keys = 0
const keyed = (item: WallItem): DraftItem => ({ ...item, key: (keys += 1) })

export function draftOf(wall: Wall | undefined): Draft {
  if (!wall) {
    return { id: null, vi: '', en: '', theme: 'dark', alarm: { states: ['bad'], fields: null, seconds: 60 }, items: [] }
  }
  return { id: wall.id, vi: wall.title.vi, en: wall.title.en, theme: wall.theme, alarm: wall.alarm, items: wall.items.map(keyed) }
}

export function added(draft: Draft, board: string): Draft {
  return { ...draft, items: [...draft.items, keyed({ board, dwell: 60, last: null, area: null })] }
}

export function moved(draft: Draft, from: number, to: number): Draft {
  const item = draft.items[from]
  if (!item || to < 0 || to >= draft.items.length) return draft
  return { ...draft, items: draft.items.toSpliced(from, 1).toSpliced(to, 0, item) }
}

export function without(draft: Draft, key: number): Draft {
  return { ...draft, items: draft.items.filter((item) => item.key !== key) }
}

export function changed(draft: Draft, key: number, change: Partial<WallItem>): Draft {
  return { ...draft, items: draft.items.map((item) => (item.key === key ? { ...item, ...change } : item)) }
}

/** What is sent to the server; without an English title the Vietnamese one stands for both. */
export function bodyOf(draft: Draft, version: number | null) {
  return {
    ...(version === null ? { id: draft.id ?? slug(draft.vi) } : { version }),
    title: { vi: draft.vi.trim(), en: draft.en.trim() || draft.vi.trim() },
    theme: draft.theme,
    alarm: draft.alarm,
    items: draft.items.map(({ key: _key, ...item }) => item),
  }
}
