import type { Declaration, Text } from '@/shared/api/types'

/** A source on the bench. `short` is its name inside `pack`. Secrets are kept in memory only. */
export type Draft = { pack: string; short: string; declaration: Declaration }

export const push = 'push'
const nothing: Text = { vi: '', en: '' }

/** A source of a connector, before anything is said of it. */
export function blankDraft(connector: string): Draft {
  return { pack: '', short: '', declaration: { title: nothing, dataset: '', connector } }
}

/** The same source under another name, that nobody has. */
export function copyDraft(id: string, declaration: Declaration, taken: ReadonlySet<string>): Draft {
  const [pack = '', short = ''] = id.split('.')
  let count = 2
  while (taken.has(`${pack}.${short}_${count}`)) count += 1
  return { pack, short: `${short}_${count}`.slice(-63), declaration }
}

export function idOf({ pack, short }: Draft): string {
  return `${pack}.${short}`
}

/** What is sent: empty settings left out, a missing language taken from the other. */
export function bodyOf({ declaration }: Draft): Declaration {
  const { title, settings = {}, map = {}, ...rest } = declaration
  const vi = title.vi.trim()
  const en = title.en.trim()
  const kept = Object.entries(settings).filter(([, value]) => value !== undefined && value !== '' && value !== null)
  const mapped = Object.entries(map).filter(([, { field, expression }]) => (field ?? expression ?? '') !== '')
  return {
    title: { vi: vi || en, en: en || vi },
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined && value !== '')),
    dataset: declaration.dataset,
    connector: declaration.connector,
    ...(kept.length > 0 ? { settings: Object.fromEntries(kept) } : {}),
    ...(mapped.length > 0 ? { map: Object.fromEntries(mapped) } : {}),
  }
}

export type Lack = { where: string; why: 'missing' | 'shortWrong' | 'taken' }

/** What keeps a source from being tried: where its records go. And from being saved: its names besides. */
export function lacksOf(draft: Draft, fresh: boolean, taken: ReadonlySet<string>): Lack[] {
  const { title, dataset } = draft.declaration
  const found: Lack[] = []
  if (!title.vi.trim() && !title.en.trim()) found.push({ where: 'title.vi', why: 'missing' })
  if (!dataset) found.push({ where: 'dataset', why: 'missing' })
  if (!draft.short) found.push({ where: 'short', why: 'missing' })
  else if (!/^[a-z][a-z0-9_]{0,62}$/.test(draft.short)) found.push({ where: 'short', why: 'shortWrong' })
  else if (fresh && taken.has(idOf(draft))) found.push({ where: 'short', why: 'taken' })
  return found
}

const key = (viewer: string, name: string) => `toancanh.source.${viewer}.${name}`

/** What is not saved stays with the browser's tab, for each person and source; never its secrets. */
export function keepDraft(viewer: string, name: string, draft: Draft | null): void {
  try {
    if (draft) sessionStorage.setItem(key(viewer, name), JSON.stringify(draft))
    else sessionStorage.removeItem(key(viewer, name))
  } catch {
    // A browser without storage loses what is not saved on a reload; nothing else depends on it.
  }
}

export function keptDraft(viewer: string, name: string): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key(viewer, name)) ?? 'null') as Draft | null
    return kept && typeof kept.short === 'string' && typeof kept.declaration?.title === 'object' ? kept : null
  } catch {
    return null
  }
}
