import type { SourceHealth, State } from '@/shared/api/types'

/** The state that a source's health is drawn as; its word stands beside it. */
export const stateOf: Record<SourceHealth, State> = {
  receiving: 'good',
  slow: 'watch',
  silent: 'bad',
  failing: 'bad',
  open: 'bad',
  paused: 'unknown',
  waiting: 'unknown',
}
