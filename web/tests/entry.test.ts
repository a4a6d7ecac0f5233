import { describe, expect, it } from 'vitest'

import { pasteBlock, readBlock, valueOf } from '@/features/entry/block'
import { changedCells, lookOf, merged, same, sentRows, sheetRows } from '@/features/entry/draft'
import { grouped, punctuality } from '@/features/entry/duties'
import { readEntrySearch } from '@/features/entry/entry-search'
import { blockNotation, readNumber, shareOfChange, typed } from '@/features/entry/numbers'
import type { Duty, EntryForm, FormColumn, Submission } from '@/shared/api/types'

const column = (change: Partial<FormColumn> & { name: string }): FormColumn => ({
  title: { vi: change.name, en: change.name }, description: null, type: 'number', unit: null, required: false, range: null, codes: null, ...change,
})
const form = (change: Partial<EntryForm> = {}): EntryForm => ({
  id: 'e.m', title: { vi: '', en: '' }, description: { vi: '', en: '' }, every: 'month', levels: 2, due: '5 17:00', odd: 0.3, units: ['U'],
  rows: 'item', row_codes: { a: { vi: 'A', en: 'A' }, b: { vi: 'B', en: 'B' } }, row_title: { vi: 'Item', en: 'Item' },
  columns: [column({ name: 'value' }), column({ name: 'note', type: 'text' })], statuses: [], ...change,
})
const free = form({ rows: null, row_codes: {}, row_title: null })

describe('reading numbers', () => {
  it.each([
    ['24500', 24500, false], ['1.234,5', 1234.5, false], ['1.234.567', 1234567, false], ['12,5', 12.5, false], ['-3,25', -3.25, false],
    ['1 234 567,8', 1234567.8, false], ['\u22125', -5, false], ['1.234', 1234, true], ['1,234', 1.234, true], ['1.5', 1.5, true],
    ['1,234.5', 1234.5, true], ['1,234,567', 1234567, true], ['0.125', 0.125, true],
  ])('reads %s as a Vietnamese means it', (text, value, doubt) => {
    expect(readNumber(text, 'vi')).toMatchObject({ value, doubt })
  })

  it('reads what means two things in the notation of the reader, and says what it is not', () => {
    expect(readNumber('1.234', 'vi')).toEqual({ value: 1234, doubt: true, other: 1.234 })
    expect(readNumber('1.234', 'en')).toEqual({ value: 1.234, doubt: true, other: 1234 })
  })

  it.each(['', '-', 'abc', '1.2.3', '12a', '1,2,3', '1..2'])('does not read %s', (text) => {
    expect(readNumber(text, 'vi')).toBeNull()
  })

  it('decides about a block by what only one notation can mean', () => {
    expect(blockNotation(['1.234', '5,5'], 'vi')).toEqual({ notation: 'vi', why: 'sure' })
    expect(blockNotation(['1,234', '5.5', ''], 'vi')).toEqual({ notation: 'en', why: 'sure' })
    expect(blockNotation(['1.234', '250'], 'vi')).toEqual({ notation: 'vi', why: 'either' })
    expect(blockNotation(['12', '250', 'x'], 'vi')).toEqual({ notation: 'vi', why: 'plain' })
    expect(blockNotation(['1.234,5', '1,234.5'], 'vi')).toEqual({ notation: 'vi', why: 'mixed' })
  })

  it('writes them back as they are typed', () => {
    expect(typed(24500.5, 'vi')).toBe('24500,5')
    expect(typed(0.1 + 0.2, 'en')).toBe('0.3')
    expect(readNumber(typed(1234.567, 'vi'), 'vi')?.value).toBe(1234.567)
    expect(shareOfChange(90, 100)).toBeCloseTo(-0.1)
    expect(shareOfChange(1, 0)).toBeNull()
  })
})

describe('pasting', () => {
  it('reads the clipboard of a spreadsheet', () => {
    expect(readBlock('1\t2\r\n"a\nb"\t"say ""so"""\r\n')).toEqual([['1', '2'], ['a\nb', 'say "so"']])
    expect(readBlock('5')).toEqual([['5']])
  })

  it('reads values by their columns', () => {
    expect(valueOf(column({ name: 'd', type: 'date' }), '5/11/2026', 'vi')).toBe('2026-11-05')
    expect(valueOf(column({ name: 'c', type: 'code', codes: { x: { vi: 'Đường bộ', en: 'Road' } } }), 'duong bo', 'vi')).toBe('x')
    expect(valueOf(column({ name: 'b', type: 'boolean' }), 'Không', 'vi')).toBe(false)
    expect(valueOf(column({ name: 'n' }), 'một', 'vi')).toBe('một')
    expect(valueOf(column({ name: 'n' }), ' ', 'vi')).toBeNull()
  })

  it('puts a block where it belongs and counts what does not fit', () => {
    const target = { columns: form().columns, rows: [{ item: 'a' }, { item: 'b' }], row: 0, column: 0, grows: false, most: 2000 }
    const done = pasteBlock(readBlock('1,234.5\tx\n7\ty\textra\n9\n'), target, 'vi')
    expect(done.rows).toEqual([{ item: 'a', value: 1234.5, note: 'x' }, { item: 'b', value: 7, note: 'y' }])
    expect([done.cells, done.beyond, done.read]).toEqual([4, 2, { notation: 'en', why: 'sure' }])
  })

  it('reads it otherwise when told so, and lets free rows grow', () => {
    const target = { columns: free.columns, rows: [], row: 1, column: 0, grows: true, most: 2000 }
    expect(pasteBlock([['1.234'], ['2.345']], target, 'vi').rows).toEqual([{}, { value: 1234 }, { value: 2345 }])
    expect(pasteBlock([['1.234'], ['2.345']], target, 'vi', 'en').rows[1]).toEqual({ value: 1.234 })
  })
})

describe('the desk', () => {
  it('sends what is filled in, and offers free rows to go on with', () => {
    const rows = sheetRows(free, [{ value: 1 }], true)
    expect(rows).toHaveLength(4)
    expect(sentRows(free, [{}, { value: 0, note: '' }, {}])).toEqual({ rows: [{ value: 0 }], places: [1] })
    expect(sheetRows(form(), [{ item: 'a' }], true)).toHaveLength(1)
    expect(same(free, { rows, status: null }, { rows: [{ value: 1, note: null }], status: null })).toBe(true)
  })

  it('knows whose row a remark is about', () => {
    const remark = { row: 1, column: 'value', code: 'odd', text: { vi: '', en: '' }, grave: false }
    const found = { form: form(), rows: [{ item: 'a' }, { item: 'b' }], before: [null, { value: 5 }], year_before: [null, null], remarks: [remark] } as unknown as Submission
    const look = lookOf(found, [{ item: 'b' }, { item: 'a' }])
    expect([look.remarks[0], look.before[0]]).toEqual([[remark], { value: 5 }])
    const other = { ...found, form: free, rows: [{ value: 1 }, { value: 2 }] } as unknown as Submission
    expect(lookOf(other, [{}, { value: 1 }, {}, { value: 2 }], [1, 3]).remarks.map(({ length }) => length)).toEqual([0, 0, 0, 1])
  })

  it('puts what was changed here over what others saved', () => {
    const base = { rows: [{ item: 'a', value: 1 }, { item: 'b', value: 2 }], status: null }
    const mine = { rows: [{ item: 'a', value: 9 }, { item: 'b', value: 2 }], status: null }
    const theirs = { rows: [{ item: 'a', value: 1 }, { item: 'b', value: 7 }], status: 'official' as const }
    expect(changedCells(form(), mine, base, theirs)).toEqual([{ row: 0, column: 'value', mine: 9, theirs: 1 }])
    expect(merged(form(), mine, base, theirs)).toEqual({ rows: [{ item: 'a', value: 9 }, { item: 'b', value: 7 }], status: 'official' })
  })
})

describe('what is asked for', () => {
  const duty = (change: Partial<Duty>): Duty => ({
    dataset: 'e.m', unit: 'U', period: '2026-10-01', title: { vi: '', en: '' }, name: { vi: '', en: '' }, state: null, status: null, revision: 1,
    opens: '2026-10-31', due: '2026-11-06T10:00:00Z', late: false, late_days: 0, waits: false, submitted: null, changed: null, changed_by: null, ...change,
  })
  const now = Date.parse('2026-11-20T00:00:00Z')

  it('stands under its heading, the most urgent first', () => {
    const found = grouped([
      duty({ late: true, period: 'b' }), duty({ late: true, due: '2026-10-06T10:00:00Z', period: 'a' }), duty({ state: 'returned', late: true }),
      duty({ state: 'submitted' }), duty({ state: 'draft', revision: 2 }), duty({ state: 'locked' }), duty({}),
    ])
    expect(found.map(({ group, duties }) => [group, duties.length])).toEqual([
      ['late', 2], ['returned', 1], ['soon', 1], ['waiting', 1], ['correcting', 1], ['done', 1],
    ])
    expect(found[0]?.duties.map(({ period }) => period)).toEqual(['a', 'b'])
  })

  it('tells who is late', () => {
    const units = punctuality(
      [
        duty({ unit: 'X', submitted: '2026-11-05T00:00:00Z' }), duty({ unit: 'X', submitted: '2026-11-09T00:00:00Z' }),
        duty({ unit: 'Y', late: true, late_days: 9 }), duty({ unit: 'Z', due: '2026-12-06T10:00:00Z' }),
      ],
      now,
    )
    expect(units).toEqual([
      { unit: 'Y', due: 1, onTime: 0, tardy: 0, missing: 1, days: 9 },
      { unit: 'X', due: 2, onTime: 1, tardy: 1, missing: 0, days: 0 },
    ])
  })

  it('keeps of an address what can be understood', () => {
    expect(readEntrySearch({ tab: 'units', group: 'late', mine: true, form: 'e.m', unit: '' })).toEqual({ tab: 'units', group: 'late', mine: true, form: 'e.m', unit: undefined })
    expect(readEntrySearch({ tab: 'x', group: 1, mine: 'no' })).toEqual({ tab: undefined, form: undefined, unit: undefined, group: undefined, mine: undefined })
  })
})
