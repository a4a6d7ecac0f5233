import type { Formatter } from '@/shared/format/formatter'

/** Moments that people name; others are given as RFC 3339. */
export const named = ['morning', 'yesterday', 'week'] as const
export type Named = (typeof named)[number]

const day = 86_400_000
const minute = 60_000
const morning = '07:00:00'

/** What an address says about the moment to compare with; undefined is the last visit. */
export function readSince(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  return named.some((name) => name === value) || !Number.isNaN(Date.parse(value)) ? value : undefined
}

/** The moment that a name means at `now`; null for a morning that is still to come. */
export function namedMoment(name: Named, now: number, format: Formatter): number | null {
  if (name === 'yesterday') return now - day
  if (name === 'week') return now - 7 * day
  const at = Date.parse(format.fromWall(`${format.wall(now).slice(0, 10)} ${morning}`))
  return at < now ? at : null
}

/** The moment to compare with, as the API takes it; null where there is none. What is reckoned from now is a whole minute. */
export function momentOf(since: string | undefined, visit: number | null, now: number, format: Formatter): string | null {
  const name = named.find((one) => one === since)
  if (since && !name) return new Date(since).toISOString()
  const at = name ? namedMoment(name, now, format) : visit
  return at === null ? null : `${new Date(Math.floor(at / minute) * minute).toISOString().slice(0, 19)}Z`
}
