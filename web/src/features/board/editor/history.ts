/** What was before, what is, and what was undone. `tag` names the last change: the next of the same tag joins it. */
export type History<T> = { past: readonly T[]; present: T; future: readonly T[]; tag?: string }

const longest = 100

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [] }
}

/** Go on to `next`. Changes with the same `tag` in a row (typing a title) are undone together. */
export function change<T>(history: History<T>, next: T, tag?: string): History<T> {
  if (next === history.present) return history
  const joined = tag !== undefined && tag === history.tag && history.past.length > 0
  const past = joined ? history.past : [...history.past, history.present].slice(-longest)
  return { past, present: next, future: [], tag }
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] }
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future }
}
