import type { Band, State } from '@/shared/api/types'

/** The band that a value lies in. */
export function bandOf(value: number | null, bands: Band[]): Band | undefined {
  if (value === null) return undefined
  return bands.find(({ from, below }) => value >= (from ?? -Infinity) && value < (below ?? Infinity))
}

/** The state of the band that a value lies in. */
export function stateOf(value: number | null, bands: Band[]): State {
  return bandOf(value, bands)?.state ?? 'unknown'
}
