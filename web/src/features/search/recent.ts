import type { SearchItem } from './search-items'

const kept = 'toancanh.recent'
const most = 6

function isItem(value: unknown): value is SearchItem {
  const { kind, id, title, icon } = (value ?? {}) as Partial<SearchItem>
  return [kind, id, title, icon].every((part) => typeof part === 'string')
}

/** What was gone to last in this browser, the newest first. */
export function readRecent(): SearchItem[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(kept) ?? '[]')
    return Array.isArray(found) ? found.filter(isItem).slice(0, most) : []
  } catch {
    return []
  }
}

/** Put what was chosen first. A browser that keeps nothing goes without. */
export function remember(item: SearchItem): void {
  const others = readRecent().filter(({ kind, id }) => kind !== item.kind || id !== item.id)
  try {
    localStorage.setItem(kept, JSON.stringify([item, ...others].slice(0, most)))
  } catch {
    // Storage may be full or forbidden.
  }
}

/** Keep nothing of what was gone to: whoever sits down next need not see it. */
export function forgetRecent(): void {
  try {
    localStorage.removeItem(kept)
  } catch {
    // Nothing is kept where storage is forbidden.
  }
}

/** The same things as they are called now; what is no more is left out. Places are not listed, and stay as they were. */
export function refreshed(recent: readonly SearchItem[], items: readonly SearchItem[]): SearchItem[] {
  return recent.flatMap((item) => {
    const now = items.find(({ kind, id }) => kind === item.kind && id === item.id)
    if (now) return [now]
    return item.kind === 'area' || item.kind === 'thing' ? [item] : []
  })
}
