import type { Band, State, Text } from '@/shared/api/types'
import type { Formatter } from '@/shared/format/formatter'

/** What is declared of a measure: its bands, and whether their titles stand for its numbers. */
export type Judged = { bands: Band[]; figure: 'number' | 'band' }

/** The band that a value lies in. */
export function bandOf(value: number | null, bands: Band[]): Band | undefined {
  if (value === null) return undefined
  return bands.find(({ from, below }) => value >= (from ?? -Infinity) && value < (below ?? Infinity))
}

/** The state of the band that a value lies in. */
export function stateOf(value: number | null, bands: Band[]): State {
  return bandOf(value, bands)?.state ?? 'unknown'
}

/** The title that stands for a value where people read bands instead of numbers. */
export function wordOf(value: number | null, measure: Judged | null | undefined): Text | undefined {
  return measure?.figure === 'band' ? (bandOf(value, measure.bands)?.title ?? undefined) : undefined
}

/** A value as text: its band's title, or the number and its unit. */
export function figureText(value: number, measure: Judged | null | undefined, unit: string | null, decimals: number | null, format: Formatter): string {
  const word = wordOf(value, measure)
  if (word) return format.text(word)
  return `${format.number(value, decimals)}${unit && unit !== '1' ? ` ${unit}` : ''}`
}
