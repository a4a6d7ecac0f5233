import { describe, expect, it } from 'vitest'

import type { Freshness } from '@/shared/api/types'
import { lateFor } from '@/shared/ui/lateness'

const fresh: Freshness = {
  newest: '2026-01-01T00:00:00Z', received: '2026-01-01T00:00:00Z', expected_every: '3m', state: 'good', age_seconds: 40, silent_since: null,
}

describe('how late a dataset is', () => {
  it('is not late while it speaks as promised, or promised nothing, or never spoke', () => {
    expect(lateFor(fresh)).toBeNull()
    expect(lateFor({ ...fresh, state: 'unknown', expected_every: null })).toBeNull()
    expect(lateFor({ ...fresh, state: 'bad', newest: null, age_seconds: null })).toBeNull()
  })

  it('is late in part where the newest record is in time', () => {
    expect(lateFor({ ...fresh, state: 'watch' })).toBe(0)
  })

  it('is as late as its newest record is old', () => {
    expect(lateFor({ ...fresh, state: 'watch', age_seconds: 500 })).toBe(500)
    expect(lateFor({ ...fresh, state: 'bad', age_seconds: 5000 })).toBe(5000)
  })
})
