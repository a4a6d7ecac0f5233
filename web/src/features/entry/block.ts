import type { EntryRow, FormColumn, Scalar } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'

import { type BlockNotation, blockNotation, type Notation, readNumber } from './numbers'

/** Cells of a block as a spreadsheet puts it on the clipboard: tabs, line ends, and quotes around what holds either. */
export function readBlock(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === '\t' || sign === '\n') {
      rows.at(-1)?.push(cell)
      cell = ''
      if (sign === '\n') rows.push([])
    } else if (sign !== '\r') cell += sign
  }
  rows.at(-1)?.push(cell)
  const last = rows.at(-1)
  if (rows.length > 1 && last?.length === 1 && last[0] === '') rows.pop()
  return rows
}

export function isNumeric(column: FormColumn | undefined): boolean {
  return column?.type === 'number' || column?.type === 'integer'
}

/** 5/11/2026 as 2026-11-05; anything else as it is. */
function dayOf(text: string): string {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text) ?? []
  return year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

const booleans = new Map([
  ['co', true], ['yes', true], ['true', true], ['x', true], ['khong', false], ['no', false], ['false', false],
])

/** What somebody typed or pasted as the value of a column; what cannot be understood stays as it is, to be marked. */
export function valueOf(column: FormColumn, text: string, notation: Notation): Scalar {
  const clean = text.trim()
  if (clean === '') return null
  if (isNumeric(column)) return readNumber(clean, notation)?.value ?? clean
  if (column.type === 'boolean') return booleans.get(fold(clean)) ?? clean
  if (column.type === 'date') return dayOf(clean)
  if (column.codes) {
    const named = Object.entries(column.codes).find(([code, { vi, en }]) => [code, vi, en].some((one) => fold(one) === fold(clean)))
    return named ? named[0] : clean
  }
  return clean
}

export type Pasted = { rows: EntryRow[]; cells: number; beyond: number; read: BlockNotation }
type Target = { columns: readonly FormColumn[]; rows: readonly EntryRow[]; row: number; column: number; grows: boolean; most: number }

/** Put a block into rows from a cell on; what lies beyond the sheet is counted and left out. */
export function pasteBlock(block: readonly string[][], target: Target, own: Notation, forced?: Notation): Pasted {
  const { columns, row, column, grows, most } = target
  const numbers = block.flatMap((cells) => cells.filter((_, place) => isNumeric(columns[column + place])))
  const read = forced ? { notation: forced, why: 'sure' as const } : blockNotation(numbers, own)
  const rows = [...target.rows]
  let [cells, beyond] = [0, 0]
  for (const [down, line] of block.entries()) {
    const at = row + down
    for (const [right, text] of line.entries()) {
      const into = columns[column + right]
      if (!into || (at >= rows.length && !grows) || at >= most) {
        if (text.trim() !== '') beyond += 1
        continue
      }
      while (rows.length <= at) rows.push({})
      rows[at] = { ...rows[at], [into.name]: valueOf(into, text, read.notation) }
      cells += 1
    }
  }
  return { rows, cells, beyond, read }
}
