import type { Query, Scalar } from '@/shared/api/types'

/** One value of each dimension: a row of an answer. */
export type RowDims = readonly (readonly [column: string, value: Scalar])[]

/**
 * Which number's passport is open: part of the address of every screen, so that it can be sent to others. Of an answer with
 * several rows, `dims` and `at` say which one.
 */
export type PassportSearch = { indicator: string; query: Query; dims?: RowDims; at?: number }

function isDim(value: unknown): value is [string, Scalar] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && (value[1] === null || typeof value[1] !== 'object')
}

/** What an address says; nothing where it says nothing sensible. */
export function readPassport(value: unknown): PassportSearch | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { indicator, query, dims, at } = value as Partial<PassportSearch>
  if (typeof indicator !== 'string' || !Array.isArray(query?.indicators)) return undefined
  return {
    indicator,
    query,
    dims: Array.isArray(dims) && dims.length > 0 && dims.every(isDim) ? dims : undefined,
    at: typeof at === 'number' && Number.isFinite(at) ? at : undefined,
  }
}
