import type { Answer, Grain, Query, Scalar } from '@/shared/api/types'
import { AnswerView } from '@/shared/widgets/answer-view'
import { stepOf } from '@/shared/widgets/widget-query'

import type { PassportSearch, RowDims } from './passport-search'

/** The one figure that a passport speaks of. */
export type PassportRow = { value: number | null; at: number | null; dims: RowDims; coverage: number | null; decimals: number | null }

/** The figure that an address names; the newest of an answer without dimensions; null where it names none of several. */
export function rowOf(answer: Answer, { indicator, dims = [], at }: PassportSearch): PassportRow | null {
  const view = new AnswerView(answer)
  const column = view.values.find((one) => (one.indicator ?? one.name) === indicator)
  const named = dims.length > 0 || at !== undefined
  const row = named ? view.find(dims, at) : view.dimensions.length === 0 ? view.newest() : null
  if (!row || !column) return null
  return {
    value: view.number(row, column.name),
    at: view.timed ? view.time(row) : null,
    dims,
    coverage: view.number(row, `${column.name}__coverage`),
    decimals: column.decimals,
  }
}

/** How many of the figures of an answer have less data than declared, and of how many. */
export function shortOf(answer: Answer, indicator: string, least: number): { short: number; all: number } {
  const view = new AnswerView(answer)
  const shares = answer.rows.map((row) => view.number(row, `${indicator}__coverage`)).filter((share) => share !== null)
  return { short: shares.filter((share) => share < least).length, all: shares.length }
}

/** When the step that begins at a moment ends; months, quarters and years by the calendar of the given wall clock. */
export function stepEnd(at: number, grain: Grain, wallTime: (moment: number) => number): number {
  const fixed = stepOf(grain)
  if (fixed !== null) return at + fixed
  const wall = wallTime(at)
  const next = new Date(wall)
  next.setUTCMonth(next.getUTCMonth() + (grain === 'year' ? 12 : grain === 'quarter' ? 3 : 1))
  return at + (next.getTime() - wall)
}

/** The question behind one figure alone: its period and its row of the answer. */
export function questionOf(query: Query, row: PassportRow | null): Query {
  const where = Object.fromEntries((row?.dims ?? []).map(([column, value]): [string, Scalar] => [column.startsWith('area') ? 'area' : column, value]))
  return { ...query, where: { ...query.where, ...where } }
}
