import { describe, expect, it } from 'vitest'

import type { DatasetColumn, Indicator, Widget } from '@/shared/api/types'
import { boundsOf, choiceOf, shows, valuesOf, withCondition } from '@/features/board/editor/conditions'
import { bodyOf, copyOf, type Draft, freeId, keepDraft, keptDraft, lackOf } from '@/features/board/editor/draft'
import { begin, change, redo, undo } from '@/features/board/editor/history'
import { inOrder, place, resize, roomFor, shift, type Spot, stretch, without } from '@/features/board/editor/layout'
import { splitsOf } from '@/features/board/editor/split-select'
import { asIndicator, asKind, kindsOf, newWidget } from '@/features/board/editor/widget-kinds'

import { indicator, say, widget } from './stage'

type Box = { id: string; at: Spot }
const box = (id: string, x: number, y: number, w: number, h: number): Box => ({ id, at: { x, y, w, h } })
const spots = (boxes: readonly Box[]) => Object.fromEntries(boxes.map(({ id, at }) => [id, [at.x, at.y, at.w, at.h]]))

function overlaps(boxes: readonly Box[]): boolean {
  return boxes.some((a) =>
    boxes.some(
      (b) =>
        a.id !== b.id && a.at.x < b.at.x + b.at.w && b.at.x < a.at.x + a.at.w && a.at.y < b.at.y + b.at.h && b.at.y < a.at.y + a.at.h,
    ),
  )
}

const row = [box('a', 0, 0, 6, 3), box('b', 6, 0, 6, 3)]
const stack = [box('a', 0, 0, 12, 2), box('b', 0, 2, 12, 4), box('c', 0, 6, 12, 3)]

describe('moving', () => {
  it('goes into free room by one step', () => {
    expect(spots(shift([box('a', 0, 0, 4, 2)], 'a', 'right'))).toEqual({ a: [1, 0, 4, 2] })
  })

  it('changes places with a neighbour', () => {
    expect(spots(shift(row, 'a', 'right'))).toEqual({ a: [6, 0, 6, 3], b: [0, 0, 6, 3] })
    expect(spots(shift(stack, 'b', 'up'))).toEqual({ b: [0, 0, 12, 4], a: [0, 4, 12, 2], c: [0, 6, 12, 3] })
    expect(spots(shift(stack, 'a', 'down'))).toEqual({ b: [0, 0, 12, 4], a: [0, 4, 12, 2], c: [0, 6, 12, 3] })
  })

  it('stops at the edges', () => {
    expect(shift(row, 'a', 'left')).toBe(row)
    expect(shift(row, 'b', 'right')).toBe(row)
    expect(shift(stack, 'a', 'up')).toBe(stack)
    expect(shift(stack, 'c', 'down')).toBe(stack)
  })

  it('pushes what it meets below, and that pushes on', () => {
    const moved = place([...stack, box('d', 0, 9, 3, 2)], 'd', { x: 0, y: 2, w: 3, h: 2 })
    expect(spots(moved)).toEqual({ a: [0, 0, 12, 2], d: [0, 2, 3, 2], b: [0, 4, 12, 4], c: [0, 8, 12, 3] })
  })

  it('never overlaps, never leaves the grid and never leaves a row empty, wherever it goes', () => {
    let boxes: readonly Box[] = [box('a', 0, 0, 3, 3), box('b', 3, 0, 9, 2), box('c', 0, 3, 5, 4), box('d', 5, 2, 7, 5), box('e', 0, 7, 12, 1)]
    let seed = 7
    const next = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    const steps = ['left', 'right', 'up', 'down'] as const
    for (let turn = 0; turn < 600; turn += 1) {
      const id = boxes[next(boxes.length)]?.id ?? 'a'
      const step = steps[next(4)] ?? 'up'
      const way = next(3)
      if (way === 0) boxes = shift(boxes, id, step)
      else if (way === 1) boxes = stretch(boxes, id, step)
      else boxes = place(boxes, id, { ...(boxes.find((one) => one.id === id)?.at ?? { w: 3, h: 3 }), x: next(14) - 1, y: next(20) })
      expect(overlaps(boxes)).toBe(false)
      for (const { at } of boxes) {
        expect(at.x).toBeGreaterThanOrEqual(0)
        expect(at.x + at.w).toBeLessThanOrEqual(12)
        expect(at.h).toBeLessThanOrEqual(24)
      }
      const rows = new Set(boxes.flatMap(({ at }) => Array.from({ length: at.h }, (_, y) => at.y + y)))
      expect(rows.size).toBe(Math.max(...rows) + 1)
    }
  })
})

describe('sizes', () => {
  it('push the neighbour below and stay readable', () => {
    expect(spots(stretch(row, 'a', 'right'))).toEqual({ a: [0, 0, 7, 3], b: [6, 3, 6, 3] })
    expect(stretch([box('a', 0, 0, 2, 2)], 'a', 'left')).toEqual([box('a', 0, 0, 2, 2)])
    expect(spots(resize([box('a', 10, 0, 2, 2)], 'a', 9, 90))).toEqual({ a: [10, 0, 2, 24] })
  })
})

describe('adding and removing', () => {
  it('finds the first room', () => {
    expect(roomFor([box('a', 0, 0, 6, 3)], { w: 6, h: 2 })).toEqual({ x: 6, y: 0, w: 6, h: 2 })
    expect(roomFor(stack, { w: 3, h: 3 })).toEqual({ x: 0, y: 9, w: 3, h: 3 })
  })

  it('closes the gap of what was removed', () => {
    expect(spots(without(stack, 'b'))).toEqual({ a: [0, 0, 12, 2], c: [0, 2, 12, 3] })
  })

  it('reads from the upper left', () => {
    expect(inOrder([box('b', 6, 0, 6, 3), box('c', 0, 3, 2, 2), box('a', 0, 0, 6, 3)]).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('gives every widget a name of its own', () => {
    expect(freeId([], 'pm25')).toBe('pm25')
    expect(freeId([widget({ id: 'pm25' }), widget({ id: 'pm25_2' })], 'pm25')).toBe('pm25_3')
    expect(freeId([], '2Đ')).toMatch(/^[a-z][a-z0-9_]*$/)
  })
})

describe('undo and redo', () => {
  it('go back and forth, and a new change forgets what was undone', () => {
    const there = change(change(begin(1), 2), 3)
    const back = undo(undo(there))
    expect(back.present).toBe(1)
    expect(undo(back)).toBe(back)
    expect(redo(back).present).toBe(2)
    expect(redo(change(redo(back), 9)).present).toBe(9)
  })

  it('take a title back as a whole, however many letters it has', () => {
    const typed = ['T', 'Tê', 'Tên'].reduce((history, text) => change(history, text, 'title'), begin(''))
    expect(typed.present).toBe('Tên')
    expect(undo(typed).present).toBe('')
    expect(undo(change(typed, 'Tên khác', 'other')).present).toBe('Tên')
  })
})

describe('kinds', () => {
  const plain: Indicator = indicator({ dimensions: [], has_target: false, bands: [] })
  const rich: Indicator = indicator({ id: 'd.rate', dimensions: ['unit_name'], has_target: true, bands: [{ state: 'good', from: 1, below: null, title: null, colour: null }] })

  it('are offered where they fit', () => {
    expect(kindsOf({ type: 'indicator', id: plain.id, indicator: plain })).toEqual(['number', 'line', 'area', 'bar', 'table'])
    const all = kindsOf({ type: 'indicator', id: rich.id, indicator: rich })
    expect(all).toEqual(expect.arrayContaining(['ranking', 'pie', 'heat', 'status', 'bullet']))
    expect(kindsOf({ type: 'text', id: 'text' })).toEqual(['text'])
  })

  it('take a split where they need one and drop it where they have none', () => {
    const made = newWidget({ type: 'indicator', id: rich.id, indicator: rich }, 'ranking', say('x'))
    expect(made).toMatchObject({ kind: 'ranking', by: ['unit_name'], order: '-d.rate' })
    const whole = asKind(widget({ kind: 'ranking', by: ['unit_name'], order: '-d.rate' }), 'number', rich)
    expect(whole).toMatchObject({ kind: 'number', by: [], order: null })
  })

  it('change with the indicator when it does not allow them', () => {
    const before: Widget = widget({ kind: 'pie', indicators: ['d.rate'], by: ['unit_name'], title: say('Tên') })
    expect(asIndicator(before, plain)).toMatchObject({ kind: 'number', indicators: [plain.id], by: [], title: null })
  })
})

describe('a draft', () => {
  const draft: Draft = { title: say('Bảng'), description: null, last: '7d', shared: true, shares: [], note: '', widgets: [widget({})] }

  it('is sent trimmed, in both languages', () => {
    const sent = bodyOf({ ...draft, title: { vi: ' Bảng ', en: '' }, description: { vi: ' ', en: '' } }, 3)
    expect(sent).toMatchObject({ title: { vi: 'Bảng', en: 'Bảng' }, description: null, version: 3 })
  })

  it('says what it lacks', () => {
    expect(lackOf(draft)).toBeNull()
    expect(lackOf({ ...draft, title: { vi: ' ', en: '' } })).toBe('title')
    expect(lackOf({ ...draft, widgets: [] })).toBe('widgets')
    expect(lackOf({ ...draft, widgets: [widget({ kind: 'text', text: null })] })).toBe('note')
  })

  it('as a copy has another name and is seen by nobody else', () => {
    const copy = copyOf({ ...draft, id: 'd.b', pack: 'd', owner: null, version: 1, widgets: [], shares: [], may: 'view' }, (title) => `${title} 2`)
    expect(copy).toMatchObject({ title: { vi: 'Bảng 2' }, shared: false })
  })

  it('stays in the tab, for one person and one board', () => {
    keepDraft('me', 'd.b', { origin: { id: 'd.b', version: 1 }, draft })
    expect(keptDraft('me', 'd.b')?.draft.title.vi).toBe('Bảng')
    expect(keptDraft('you', 'd.b')).toBeNull()
    keepDraft('me', 'd.b', null)
    expect(keptDraft('me', 'd.b')).toBeNull()
  })
})

describe('conditions', () => {
  it('are chosen as the column declares', () => {
    const column = (type: DatasetColumn['type'], codes: DatasetColumn['codes'] = null) => choiceOf({ type, codes })
    expect([column('code', { a: say('A') }), column('boolean'), column('number'), column('text')]).toEqual(['codes', 'boolean', 'bounds', 'words'])
    expect([column('json'), column('time')]).toEqual([null, null])
  })

  it('are read as they were written by hand, and left alone where a field would lose part of them', () => {
    expect(valuesOf('a')).toEqual(['a'])
    expect(valuesOf(['a', 2])).toEqual(['a', '2'])
    expect(boundsOf(5)).toEqual({ ge: 5, le: 5 })
    expect(boundsOf({ ge: 1, le: null })).toEqual({ ge: 1 })
    expect(shows('bounds', { ge: 1, lt: 3 })).toBe(false)
    expect(shows('words', { contains: 'x' })).toBe(false)
    expect(shows('codes', ['a'])).toBe(true)
  })

  it('that say nothing are left out', () => {
    const filtered = withCondition(widget({ where: { a: 1 } }), 'b', ['x'])
    expect(filtered.where).toEqual({ a: 1, b: ['x'] })
    expect(withCondition(filtered, 'b', []).where).toEqual({ a: 1 })
    expect(withCondition(filtered, 'a', {}).where).toEqual({ b: ['x'] })
  })
})

describe('splits', () => {
  it('are those that the dataset supports', () => {
    expect(splitsOf({ dimensions: ['channel'], areas: [] })).toEqual(['channel', 'unit', 'source'])
    expect(splitsOf({ dimensions: [], areas: ['commune'] })).toEqual(['area:commune', 'unit', 'source'])
  })
})

describe('a page of another system', () => {
  it('needs an address of the web', () => {
    const page = (url: string): Draft => ({ title: say('B'), description: null, last: '7d', shared: false, shares: [], note: '', widgets: [widget({ kind: 'page', url })] })
    expect(lackOf(page('javascript:alert(1)'))).toBe('page')
    expect(lackOf(page(''))).toBe('page')
    expect(lackOf(page('https://example.vn/a'))).toBeNull()
  })
})
