import type { Provenance, Query } from '@/shared/api/types'

export type RecordsAddress = Record<string, string | Record<string, string> | undefined>

/** The records behind an answer, as the page of their dataset takes it: the same period, area, filters and moment. */
export function recordsAddress(query: Query, provenance: Provenance): RecordsAddress {
  return {
    tab: 'records',
    from: provenance.period_from,
    to: provenance.period_to,
    as_of: provenance.as_of ?? undefined,
    area: typeof query.where?.area === 'string' ? query.where.area : undefined,
    f: plainFilters(query),
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** The conditions that are one value or bounds; the records page has no lists of values. */
function plainFilters(query: Query): Record<string, string> | undefined {
  const found = Object.entries(query.where ?? {}).flatMap(([column, condition]): [string, string][] => {
    if (column === 'area') return []
    if (isPlain(condition)) return [[column, String(condition)]]
    if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return []
    return Object.entries(condition).flatMap(([operator, value]): [string, string][] =>
      isPlain(value) ? [[`${column}.${operator}`, String(value)]] : [],
    )
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}
