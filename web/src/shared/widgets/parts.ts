import type { Query } from '@/shared/api/types'

import { type AnswerView, type Line } from './answer-view'

/** Parts that a reader can still tell apart in a circle. */
export const mostParts = 6
const tolerance = 0.005

/** The same question without its dimensions: what the parts should add up to. */
export function wholeQuery(query: Query): Query {
  const { by: _by, order: _order, limit: _limit, compare: _compare, ...rest } = query
  return rest
}

/** Whether parts add up to the whole: averages, shares and distinct counts do not, and cannot be drawn as its parts. */
export function addsUp(parts: (number | null)[], whole: number | null): boolean {
  if (whole === null || whole <= 0 || parts.some((part) => part !== null && part < 0)) return false
  const sum = parts.reduce<number>((before, part) => before + (part ?? 0), 0)
  return Math.abs(sum - whole) <= whole * tolerance
}

/** How parts are drawn: as a circle, or as bars because they are too many or no parts of one whole. */
export function circleOr(parts: (number | null)[], whole: number | null): 'circle' | 'tooMany' | 'noWhole' {
  if (!addsUp(parts, whole)) return 'noWhole'
  return parts.filter((part) => part !== null && part > 0).length > mostParts ? 'tooMany' : 'circle'
}

/** The values of a line by moment. */
function byTime(line: Line): Map<number, number> {
  return new Map(line.points.flatMap(([at, value]) => (value === null ? [] : [[at, value] as [number, number]])))
}

/** Whether lines add up to the whole at each of its moments, so that they may be stacked. */
export function mayStack(lines: Line[], whole: AnswerView): boolean {
  const first = whole.values[0]
  if (lines.length < 2 || !first || !whole.timed) return false
  const values = lines.map(byTime)
  const known = whole.answer.rows.flatMap((row) => {
    const total = whole.number(row, first.name)
    return total === null || total === 0 ? [] : [{ at: whole.time(row), total }]
  })
  return known.length > 0 && known.every(({ at, total }) => addsUp(values.map((one) => one.get(at) ?? null), total))
}

type Stacked = { line: Line | null; points: [number, number | null][] }

/** Moments in order, with one more in each gap wider than a step: there nothing was recorded, and nothing is drawn. */
function momentsOf(lines: Line[], step: number | null): { at: number; known: boolean }[] {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b)
  return times.flatMap((at, place) => {
    const before = times[place - 1]
    const gap = step !== null && before !== undefined && at - before > 1.5 * step
    return gap ? [{ at: before + step, known: false }, { at, known: true }] : [{ at, known: true }]
  })
}

/** Lines over the same moments, a missing part being none of the whole; all but `main` are joined into one, last. */
export function stackOf(lines: Line[], main: Line[], step: number | null): Stacked[] {
  const moments = momentsOf(lines, step)
  const rest = lines.filter((line) => !main.includes(line)).map(byTime)
  const stacked: Stacked[] = main.map((line) => {
    const values = byTime(line)
    return { line, points: moments.map(({ at, known }) => [at, known ? (values.get(at) ?? 0) : null]) }
  })
  if (rest.length > 0) {
    const joined = (at: number) => rest.reduce((sum, values) => sum + (values.get(at) ?? 0), 0)
    stacked.push({ line: null, points: moments.map(({ at, known }) => [at, known ? joined(at) : null]) })
  }
  return stacked
}
