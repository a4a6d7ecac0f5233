import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

import { columnsOf, pageAt, wallPages } from '@/features/wall/pages'
import { type Interruption, shownAt, turnAt } from '@/features/wall/playing'
import { ServerClock } from '@/features/wall/server-clock'
import { slug } from '@/features/wall/slug'
import { turned } from '@/features/wall/use-interruptions'
import { added, bodyOf, draftOf, moved } from '@/features/wall/wall-draft'
import type { Field, WallAlarm, WallControl, WallItem, Widget } from '@/shared/api/types'

import { widget } from './stage'

type Case = { dwells: number[]; anchor: string; at: string; item: number; start: string }
const cases = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../tests/views/turns.json'), 'utf8')) as Case[]

const start = Date.parse('2026-11-22T00:00:00Z')
const item = (board: string, dwell: number): WallItem => ({ board, dwell, last: null, area: null })
const control = (change: Partial<WallControl> = {}): WallControl => ({ anchor: '2026-11-22T00:00:00Z', held: null, alarm: null, ...change })
const items = [item('p.a', 60), item('p.b', 30), item('p.c', 45)]

describe('turns', () => {
  it.each(cases)('agree with the server: $dwells at $at', ({ dwells, anchor, at, item: wanted, start: began }) => {
    const turn = turnAt(dwells, Date.parse(anchor), Date.parse(at))
    expect([turn.item, turn.start]).toEqual([wanted, Date.parse(began)])
    expect(turn.end - turn.start).toBe((dwells[wanted] ?? 0) * 1000)
  })
})

describe('what a wall shows', () => {
  const interruption = (id: string, until: number, board: string | null): Interruption => ({ id, kind: 'field', board, until })

  it('is the playlist, until the turn ends', () => {
    const shown = shownAt({ items, control: control() }, start + 70_000)
    expect([shown.board, shown.item, shown.why, shown.until]).toEqual(['p.b', 1, 'playing', start + 90_000])
  })

  it('stays with a held board for as long as nobody says otherwise', () => {
    const shown = shownAt({ items, control: control({ held: { board: 'p.z', item: null } }) }, start + 10 ** 9)
    expect([shown.board, shown.item, shown.why, shown.until]).toEqual(['p.z', null, 'held', Number.POSITIVE_INFINITY])
  })

  it('is interrupted by the newest alarm, and goes on where the clock says', () => {
    const both = [interruption('one', start + 80_000, 'p.c'), interruption('two', start + 75_000, 'q.x')]
    const wall = { items, control: control() }
    expect(shownAt(wall, start + 70_000, both).board).toBe('q.x')
    expect(shownAt(wall, start + 70_000, both).until).toBe(start + 75_000)
    expect(shownAt(wall, start + 76_000, both)).toMatchObject({ board: 'p.c', item: 2, why: 'interrupted' })
    expect(shownAt(wall, start + 80_000, both)).toMatchObject({ board: 'p.b', why: 'playing', interruption: null })
  })

  it('shows a presenter’s alarm above all, over the playlist where it names no board', () => {
    const alarm = { text: 'Bão', board: null, raised: '2026-11-22T00:00:00Z', until: '2026-11-22T00:05:00Z' }
    const shown = shownAt({ items, control: control({ alarm }) }, start + 70_000, [interruption('one', start + 80_000, 'p.c')])
    expect(shown).toMatchObject({ board: 'p.b', why: 'playing', interruption: { kind: 'raised', text: 'Bão' } })
    expect(shownAt({ items, control: control({ alarm }) }, start + 300_000).interruption).toBeNull()
  })
})

describe('interruptions', () => {
  const field = (id: string, state: Field['state']) => ({ id, state, board: `${id}.overview` }) as Field
  const alarm: WallAlarm = { states: ['bad'], fields: null, seconds: 60 }

  it('come from fields that turn, not from those that were so already', () => {
    expect(turned(null, [field('a', 'bad')], alarm)).toEqual([])
    const before = new Map([['a', 'good'], ['b', 'bad'], ['c', 'watch']] as const)
    const now = [field('a', 'bad'), field('b', 'bad'), field('c', 'watch'), field('d', 'bad')]
    expect(turned(before, now, alarm).map(({ id }) => id)).toEqual(['a'])
    expect(turned(before, now, { ...alarm, fields: ['c'] })).toEqual([])
    expect(turned(new Map([['c', 'good']]), now, { ...alarm, states: ['bad', 'watch'] }).map(({ id }) => id)).toEqual(['c'])
  })
})

describe('the clock', () => {
  it('believes the quickest answer, until the machine’s clock was set', () => {
    let local = 1_000_000
    const clock = new ServerClock(() => local)
    expect(clock.now()).toBe(1_000_000)
    clock.learn(1000, 1800, 6400)
    expect(clock.now()).toBe(1_005_000)
    clock.learn(2000, 2020, 7110)
    clock.learn(3000, 3900, 8450)
    expect(clock.now()).toBe(1_005_100)
    local += 600_000
    clock.learn(600_000, 600_020, 5110)
    expect(clock.now()).toBe(1_600_000 + 5110 - 600_010)
  })
})

describe('pages', () => {
  const number = (id: string, x: number): Widget => widget({ id, kind: 'number', at: { x, y: 0, w: 3, h: 3 } })
  const line = (id: string, x: number, y = 3, w = 6): Widget => widget({ id, kind: 'line', at: { x, y, w, h: 4 } })
  const names = (pages: ReturnType<typeof wallPages>) => pages.map((page) => page.map((shelf) => shelf.items.map((one) => one.widget.id).join(' ')))

  it('hold what can be read, in reading order', () => {
    const figures = ['d', 'c', 'b', 'a'].map((id, place) => number(id, 9 - 3 * place))
    const board = [line('right', 6), ...figures, line('wide', 0, 7, 12), line('left', 0)]
    expect(names(wallPages(board, 12, 397))).toEqual([['a b c d', 'left right'], ['wide']])
    expect(names(wallPages(board, 24, 397))).toEqual([['a b c d left right'], ['wide']])
    expect(names(wallPages(board, 6, 802))).toEqual([['a b', 'c d', 'left', 'right'], ['wide']])
  })

  it('count the columns of screens', () => {
    expect([390, 823, 1646].map(columnsOf)).toEqual([6, 12, 24])
  })

  it('share a turn, and go on in the next where it is too short for all', () => {
    const turn = { start: 0, end: 60_000, loop: 0 }
    expect(pageAt(1, turn, 30_000)).toEqual({ page: 0, until: 60_000 })
    expect(pageAt(3, turn, 20_000)).toEqual({ page: 1, until: 40_000 })
    const short = { start: 0, end: 25_000, loop: 0 }
    const pages = [0, 1, 2].flatMap((loop) => [0, 13_000].map((at) => pageAt(3, { ...short, loop }, at).page))
    expect(pages).toEqual([0, 1, 2, 0, 1, 2])
    expect(pageAt(3, null, 31_000)).toEqual({ page: 2, until: 45_000 })
    expect(pageAt(3, null, 31_000, 30_000)).toEqual({ page: 0, until: 45_000 })
  })
})

describe('a wall that is edited', () => {
  it('keeps its order and sends what the server takes', () => {
    const draft = { ...added(added(draftOf(undefined), 'p.a'), 'p.b'), vi: ' Phòng Đợi, tầng 2 ' }
    const turnedRound = moved(draft, 1, 0)
    expect(bodyOf(turnedRound, null)).toMatchObject({
      id: 'phong-doi-tang-2', title: { vi: 'Phòng Đợi, tầng 2', en: 'Phòng Đợi, tầng 2' },
      items: [{ board: 'p.b', dwell: 60, last: null, area: null }, { board: 'p.a' }],
    })
    expect(bodyOf(turnedRound, 4)).not.toHaveProperty('id')
    expect(moved(draft, 0, -1)).toBe(draft)
    expect(slug('--')).toBe('')
  })
})
