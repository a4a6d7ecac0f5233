import type { SubmissionKey } from '@/shared/api/entry-queries'

import type { Base, Figures } from './draft'

/** Figures that are not saved yet, and what they were changed from. */
export type Kept = Figures & { base: Base }

const name = (viewer: string, { dataset, unit, period }: SubmissionKey) => `toancanh.entry.${viewer}.${dataset}/${unit}/${period}`

/** What a reload would otherwise lose; null where nothing is kept. */
export function readKept(viewer: string, key: SubmissionKey): Kept | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(name(viewer, key)) ?? 'null')
    return typeof found === 'object' && found !== null && 'rows' in found && 'base' in found ? (found as Kept) : null
  } catch {
    return null
  }
}

/** Keep unsaved figures in this tab, or forget them. */
export function keep(viewer: string, key: SubmissionKey, kept: Kept | null): void {
  try {
    if (kept === null) sessionStorage.removeItem(name(viewer, key))
    else sessionStorage.setItem(name(viewer, key), JSON.stringify(kept))
  } catch {
    // A browser without storage asks before it leaves; nothing else depends on it.
  }
}
