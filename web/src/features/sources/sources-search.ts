import type { SourceHealth } from '@/shared/api/types'

export const healths = ['failing', 'open', 'silent', 'slow', 'waiting', 'paused', 'receiving'] as const satisfies readonly SourceHealth[]

/** What the address of the list of sources says. */
export type SourcesSearch = { q?: string; state?: SourceHealth }

/** What the address of one source says; `dataset` tells a sender's datasets apart. */
export type SourceSearch = { tab?: 'overview' | 'runs' | 'ledger' | 'declaration'; dataset?: string }

/** What a new source begins with: another source, or a connector. */
export type NewSourceSearch = { from?: string; connector?: string }

const tabs = new Set(['overview', 'runs', 'ledger', 'declaration'])

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Keep what can be understood of an address. */
export function readSourcesSearch({ q, state }: Record<string, unknown>): SourcesSearch {
  return {
    q: q === undefined || q === '' ? undefined : String(q),
    state: healths.find((one) => one === state),
  }
}

export function readSourceSearch({ tab, dataset }: Record<string, unknown>): SourceSearch {
  return { tab: tabs.has(String(tab)) ? (tab as SourceSearch['tab']) : undefined, dataset: word(dataset) }
}

export function readNewSourceSearch({ from, connector }: Record<string, unknown>): NewSourceSearch {
  return { from: word(from), connector: word(connector) }
}
