import type { EntryForm, EntryRow, FigureStatus, Remark, Scalar, Submission } from '@/shared/api/types'

/** Figures on the desk: rows as they stand in the sheet, and how final they are. */
export type Figures = { rows: EntryRow[]; status: FigureStatus | null }
/** What the server is known to hold. */
export type Base = Figures & { version: number }
/** What is known about each row of the sheet. */
export type Look = { remarks: Remark[][]; before: (EntryRow | null)[]; yearBefore: (EntryRow | null)[] }

/** Most rows of one submission. */
export const mostRows = 2000
const spare = 3

const filled = (value: Scalar | undefined): boolean => value !== null && value !== undefined && value !== ''

export function isEmpty(form: EntryForm, row: EntryRow | undefined): boolean {
  return form.columns.every(({ name }) => !filled(row?.[name]))
}

/** The rows of the sheet: the form's own, or those there are and some to go on with. */
export function sheetRows(form: EntryForm, rows: readonly EntryRow[], writable: boolean): EntryRow[] {
  if (form.rows !== null || !writable) return [...rows]
  const used = rows.findLastIndex((row) => !isEmpty(form, row)) + 1
  const wanted = Math.min(mostRows, Math.max(used + spare, rows.length))
  return Array.from({ length: wanted }, (_, index) => rows[index] ?? {})
}

/** Figures as the server holds them; who begins is offered the least final kind. */
export function figuresOf(found: Submission): Base {
  const { form, rows, status, version } = found
  const first = (form.statuses[0] as FigureStatus | undefined) ?? null
  return { rows, status: version === 0 ? first : status, version }
}

type Sent = { rows: EntryRow[]; places: number[] }

/** Rows with something in them, without empty cells, and where in the sheet each stands. */
export function sentRows(form: EntryForm, rows: readonly EntryRow[]): Sent {
  const places = rows.flatMap((row, place) => (isEmpty(form, row) ? [] : [place]))
  return {
    places,
    rows: places.map((place) => Object.fromEntries(Object.entries(rows[place] ?? {}).filter(([, value]) => filled(value)))),
  }
}

function text(form: EntryForm, { rows, status }: Figures): string {
  const names = [...(form.rows === null ? [] : [form.rows]), ...form.columns.map(({ name }) => name)]
  return JSON.stringify([status, sentRows(form, rows).rows.map((row) => names.map((name) => row[name] ?? null))])
}

/** Whether two states of the desk say the same. */
export function same(form: EntryForm, one: Figures, other: Figures): boolean {
  return text(form, one) === text(form, other)
}

/** What the server says of rows, laid out as the sheet is. `places` are where the rows stand that were sent; none: as answered. */
export function lookOf(found: Submission, rows: readonly EntryRow[], places?: readonly number[]): Look {
  const named = found.form.rows
  const place = (index: number): number => {
    if (named === null) return places?.[index] ?? index
    const code = found.rows[index]?.[named]
    return rows.findIndex((row) => row[named] === code)
  }
  const look: Look = { remarks: rows.map(() => []), before: rows.map(() => null), yearBefore: rows.map(() => null) }
  found.rows.forEach((_, index) => {
    const at = place(index)
    if (at < 0 || at >= rows.length) return
    look.before[at] = found.before[index] ?? null
    look.yearBefore[at] = found.year_before[index] ?? null
  })
  for (const remark of found.remarks) look.remarks[place(remark.row)]?.push(remark)
  return look
}

/** A cell that somebody changed, and what others made of it meanwhile. */
export type Changed = { row: number; column: string; mine: Scalar; theirs: Scalar }

function partner(form: EntryForm, rows: readonly EntryRow[], row: EntryRow, index: number): EntryRow {
  return (form.rows === null ? rows[index] : rows.find((one) => one[form.rows ?? ''] === row[form.rows ?? ''])) ?? {}
}

/** The cells that were changed on this desk since `base`, where they differ from the newest. */
export function changedCells(form: EntryForm, mine: Figures, base: Figures, theirs: Figures): Changed[] {
  return mine.rows.flatMap((row, index) =>
    form.columns.flatMap(({ name }): Changed[] => {
      const [now, was, there] = [row[name], partner(form, base.rows, row, index)[name], partner(form, theirs.rows, row, index)[name]]
      const [value, newest] = [now ?? null, there ?? null]
      return value === (was ?? null) || value === newest ? [] : [{ row: index, column: name, mine: value, theirs: newest }]
    }),
  )
}

/** The newest figures with the cells put over them that were changed on this desk. */
export function merged(form: EntryForm, mine: Figures, base: Figures, theirs: Figures): Figures {
  const rows = sheetRows(form, theirs.rows, true)
  for (const { row, column, mine: value } of changedCells(form, mine, base, theirs)) {
    const code = form.rows === null ? null : mine.rows[row]?.[form.rows]
    const at = form.rows === null ? row : rows.findIndex((one) => one[form.rows ?? ''] === code)
    while (form.rows === null && rows.length <= at) rows.push({})
    if (rows[at]) rows[at] = { ...rows[at], [column]: value }
  }
  return { rows, status: mine.status === base.status ? theirs.status : mine.status }
}
