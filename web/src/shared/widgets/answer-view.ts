import type { Answer, AnswerColumn, Compare, Scalar } from '@/shared/api/types'

/** Milliseconds of a time in an answer, with or without zone (then UTC). */
export function parseTime(value: Scalar): number {
  if (typeof value === 'number') return value
  const text = String(value).replace(' ', 'T')
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : text.length <= 10 ? `${text}T00:00:00Z` : `${text}Z`)
}

/** An answer read by role instead of by place. */
export class AnswerView {
  readonly dimensions: AnswerColumn[]
  readonly values: AnswerColumn[]
  private readonly places: Map<string, number>
  private readonly timePlace: number

  constructor(readonly answer: Answer) {
    this.places = new Map(answer.columns.map((column, place) => [column.name, place]))
    this.dimensions = answer.columns.filter(({ role }) => role === 'dimension')
    this.values = answer.columns.filter(({ role }) => role === 'value')
    this.timePlace = answer.columns.findIndex(({ role }) => role === 'time')
  }

  get timed(): boolean {
    return this.timePlace >= 0
  }

  cell(row: Scalar[], name: string): Scalar {
    return row[this.places.get(name) ?? -1] ?? null
  }

  number(row: Scalar[], name: string): number | null {
    const value = this.cell(row, name)
    if (value === null || value === '') return null
    const number = Number(value)
    return Number.isFinite(number) ? number : null
  }

  time(row: Scalar[]): number {
    return parseTime(row[this.timePlace] ?? null)
  }

  has(value: AnswerColumn, kind: Compare): boolean {
    return this.places.has(`${value.name}__${kind}`)
  }

  compared(row: Scalar[], value: AnswerColumn, kind: Compare): number | null {
    return this.number(row, `${value.name}__${kind}`)
  }

  /** The newest row whose first value is known; without time the first row. */
  newest(): Scalar[] | null {
    const first = this.values[0]
    const { rows } = this.answer
    if (!first) return null
    if (!this.timed) return rows[0] ?? null
    let found: Scalar[] | null = null
    for (const row of rows) {
      if (this.number(row, first.name) === null) continue
      if (found === null || this.time(row) >= this.time(found)) found = row
    }
    return found ?? rows.at(-1) ?? null
  }

  /** The row of these values, at that moment where the answer has steps; null where it is not among the rows. */
  find(dims: readonly (readonly [column: string, value: Scalar])[], at?: number): Scalar[] | null {
    const { rows } = this.answer
    return (
      rows.find(
        (row) =>
          dims.every(([column, value]) => this.cell(row, column) === value) &&
          (at === undefined || !this.timed || this.time(row) === at),
      ) ?? null
    )
  }

  get isEmpty(): boolean {
    return !this.answer.rows.some((row) => this.values.some(({ name }) => this.number(row, name) !== null))
  }
}

export type Line = { key: string; dims: Scalar[]; value: AnswerColumn; points: [number, number | null][] }

/** One line for each value column and each combination of dimensions, in order of time. */
export function linesOf(view: AnswerView): Line[] {
  const found = new Map<string, Line>()
  for (const row of view.answer.rows) {
    const dims = view.dimensions.map(({ name }) => view.cell(row, name))
    for (const value of view.values) {
      const key = JSON.stringify([value.name, ...dims])
      let line = found.get(key)
      if (!line) {
        line = { key, dims, value, points: [] }
        found.set(key, line)
      }
      line.points.push([view.time(row), view.number(row, value.name)])
    }
  }
  for (const line of found.values()) line.points.sort((a, b) => a[0] - b[0])
  return [...found.values()]
}

/** The newest known value of a line. */
export function lastKnown(line: Line): number | null {
  return line.points.findLast(([, value]) => value !== null)?.[1] ?? null
}
