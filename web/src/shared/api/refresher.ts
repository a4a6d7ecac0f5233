import type { Query, QueryClient } from '@tanstack/react-query'

type Meta = { datasets?: readonly string[]; live?: boolean }
type Turn = { asking: boolean; again: boolean; notBefore: number; timer: ReturnType<typeof setTimeout> | null }

/** Least and longest pause between two answers to the same question, in milliseconds. */
export const pauses = { answer: 200, overview: 3000, longest: 3000 }

/** A question is under way for a third of the time at most: the longer its answer took, the longer it rests. */
export function pauseAfter(took: number, overview: boolean): number {
  const least = overview ? pauses.overview : pauses.answer
  return Math.min(pauses.longest, Math.max(least, 2 * took))
}

/**
 * Asks again what commits have made old, each question at its own pace: a slow one delays no other, and a busy server is
 * asked less. A page that nobody sees asks nothing until it is seen.
 */
export class Refresher {
  private readonly turns = new WeakMap<Query, Turn>()

  constructor(
    private readonly client: QueryClient,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Take note that records of these datasets were stored. */
  committed(datasets: readonly string[]): void {
    const changed = new Set(datasets)
    for (const query of this.client.getQueryCache().getAll()) {
      const { datasets: read = [], live = false } = (query.meta ?? {}) as Meta
      if (!live && !read.some((dataset) => changed.has(dataset))) continue
      query.invalidate()
      if (query.isActive() && !query.isDisabled() && !document.hidden) this.plan(query, live)
    }
  }

  private plan(query: Query, overview: boolean): void {
    const turn = this.turns.get(query) ?? { asking: false, again: false, notBefore: 0, timer: null }
    this.turns.set(query, turn)
    if (turn.asking) turn.again = true
    else
      turn.timer ??= setTimeout(() => {
        turn.timer = null
        if (query.isActive()) void this.ask(query, turn, overview)
      }, Math.max(0, turn.notBefore - this.now()))
  }

  private async ask(query: Query, turn: Turn, overview: boolean): Promise<void> {
    turn.asking = true
    turn.again = false
    const start = this.now()
    try {
      await query.fetch(undefined, { cancelRefetch: true })
    } catch {
      // The query keeps its error, and its widget shows it.
    }
    turn.asking = false
    turn.notBefore = this.now() + pauseAfter(this.now() - start, overview)
    if (turn.again && query.isActive()) this.plan(query, overview)
  }
}
