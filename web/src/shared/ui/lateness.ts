import type { Freshness } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'

/**
 * Age in seconds of the newest record, where that is older than promised; 0 where only some of the series are late; null
 * while all speak as promised, and where nothing ever came.
 */
export function lateFor({ state, age_seconds: age, expected_every: every }: Freshness): number | null {
  if ((state !== 'watch' && state !== 'bad') || age === null) return null
  const promised = every === null ? null : parseDuration(every)
  return state === 'watch' && promised !== null && age <= promised ? 0 : age
}
