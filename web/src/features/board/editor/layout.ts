import type { Widget } from '@/shared/api/types'

export type Spot = Widget['at']
type Placed = { id: string; at: Spot }

export const columns = 12
const tallest = 24
const smallest = { w: 2, h: 2 }

export type Step = 'left' | 'right' | 'up' | 'down'

function meet(a: Spot, b: Spot): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

const inReadingOrder = (a: Placed, b: Placed) => a.at.y - b.at.y || a.at.x - b.at.x

/** Widgets from the upper left to the lower right. */
export function inOrder<W extends Placed>(widgets: readonly W[]): W[] {
  return widgets.toSorted(inReadingOrder)
}

/** The spot inside the grid that is nearest to `at`. */
function inside(at: Spot): Spot {
  const w = Math.min(Math.max(at.w, 1), columns)
  const h = Math.min(Math.max(at.h, 1), tallest)
  return { w, h, x: Math.min(Math.max(at.x, 0), columns - w), y: Math.max(at.y, 0) }
}

/** Leave out the rows on which nothing stands. */
function withoutEmptyRows<W extends Placed>(widgets: readonly W[]): W[] {
  const rows = new Set(widgets.flatMap(({ at }) => Array.from({ length: at.h }, (_, row) => at.y + row)))
  const above = (y: number) => {
    let count = 0
    for (let row = 0; row < y; row += 1) if (!rows.has(row)) count += 1
    return count
  }
  return widgets.map((widget) => {
    const y = widget.at.y - above(widget.at.y)
    return y === widget.at.y ? widget : { ...widget, at: { ...widget.at, y } }
  })
}

/** What stands in the way of `id` at `at`. */
function blockers<W extends Placed>(widgets: readonly W[], id: string, at: Spot): W[] {
  return widgets.filter((other) => other.id !== id && meet(other.at, at))
}

/**
 * Put `id` at `wanted`. What it meets goes where it came from when there is room, or else below it; nothing overlaps,
 * and no row stays empty.
 */
export function place<W extends Placed>(widgets: readonly W[], id: string, wanted: Spot): W[] {
  const before = widgets.find((widget) => widget.id === id)
  if (!before) return [...widgets]
  const at = inside(wanted)
  const spots = new Map(widgets.map((widget) => [widget.id, widget.at]))
  spots.set(id, at)
  const free = (spot: Spot, mine: string) =>
    spot.x >= 0 && spot.y >= 0 && spot.x + spot.w <= columns && [...spots].every(([name, other]) => name === mine || !meet(other, spot))
  const moved = at.w === before.at.w && at.h === before.at.h
  if (moved) {
    for (const other of inOrder(blockers(widgets, id, at))) {
      const spot = other.at
      const sides: Spot[] = []
      if (at.y > before.at.y) sides.push({ ...spot, y: at.y - spot.h })
      if (at.y < before.at.y) sides.push({ ...spot, y: at.y + at.h })
      if (at.x > before.at.x) sides.push({ ...spot, x: at.x - spot.w })
      if (at.x < before.at.x) sides.push({ ...spot, x: at.x + at.w })
      const side = sides.find((one) => free(one, other.id))
      if (side) spots.set(other.id, side)
    }
  }
  const settled: Placed[] = [{ id, at }]
  const rest = inOrder(widgets.filter((widget) => widget.id !== id).map((widget) => ({ id: widget.id, at: spots.get(widget.id) ?? widget.at })))
  for (const one of rest) {
    let spot = one.at
    for (;;) {
      const current = spot
      const hit = settled.find((other) => meet(other.at, current))
      if (!hit) break
      spot = { ...spot, y: hit.at.y + hit.at.h }
    }
    settled.push({ id: one.id, at: spot })
  }
  const final = new Map(settled.map((one) => [one.id, one.at]))
  return withoutEmptyRows(
    widgets.map((widget) => {
      const spot = final.get(widget.id) ?? widget.at
      return same(spot, widget.at) ? widget : { ...widget, at: spot }
    }),
  )
}

export function same(a: Spot, b: Spot): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h
}

/** Whether two boards have every widget at the same spot. */
export function sameLayout(a: readonly Placed[], b: readonly Placed[]): boolean {
  return a.every((one, index) => {
    const other = b[index]
    return other !== undefined && same(one.at, other.at)
  })
}

const ways: Record<Step, [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }

/** Move `id` one step; where the step is blocked, past what blocks it. Returns the same widgets where it cannot go. */
export function shift<W extends Placed>(widgets: readonly W[], id: string, step: Step): readonly W[] {
  const mine = widgets.find((widget) => widget.id === id)
  if (!mine) return widgets
  const [dx, dy] = ways[step]
  const trial = (far: number) => place(widgets, id, { ...mine.at, x: mine.at.x + dx * far, y: mine.at.y + dy * far })
  if (dx !== 0) {
    const room = dx > 0 ? columns - mine.at.w - mine.at.x : mine.at.x
    const hit = room > 0 ? blockers(widgets, id, { ...mine.at, x: mine.at.x + dx }) : []
    for (let far = 2; hit.length > 0 && far <= room; far += 1) {
      const tried = trial(far)
      const sideways = tried.every((one) => one.at.y === widgets.find(({ id: name }) => name === one.id)?.at.y)
      if (sideways) return tried
    }
    return room > 0 ? trial(1) : widgets
  }
  const bottom = Math.max(...widgets.map(({ at }) => at.y + at.h))
  const room = dy > 0 ? bottom - mine.at.y : mine.at.y
  for (let far = 1; far <= room; far += 1) {
    const tried = trial(far)
    if (!sameLayout(tried, widgets)) return tried
  }
  return widgets
}

/** Make `id` one column or row larger or smaller; a widget stays large enough to be read. */
export function stretch<W extends Placed>(widgets: readonly W[], id: string, step: Step): readonly W[] {
  const mine = widgets.find((widget) => widget.id === id)
  if (!mine) return widgets
  const [dx, dy] = ways[step]
  const { x, w, h } = mine.at
  return resize(widgets, id, w + (x + w + dx > columns ? 0 : dx), h + dy)
}

/** Give `id` another size, as far as the grid goes. */
export function resize<W extends Placed>(widgets: readonly W[], id: string, w: number, h: number): readonly W[] {
  const mine = widgets.find((widget) => widget.id === id)
  if (!mine) return widgets
  const at = {
    ...mine.at,
    w: Math.min(Math.max(w, Math.min(smallest.w, mine.at.w)), columns - mine.at.x),
    h: Math.min(Math.max(h, Math.min(smallest.h, mine.at.h)), tallest),
  }
  return same(at, mine.at) ? widgets : place(widgets, id, at)
}

/** The first room for a new widget, from the top. */
export function roomFor(widgets: readonly Placed[], { w, h }: { w: number; h: number }): Spot {
  const bottom = Math.max(0, ...widgets.map(({ at }) => at.y + at.h))
  for (let y = 0; y <= bottom; y += 1) {
    for (let x = 0; x + w <= columns; x += 1) {
      const at = { x, y, w, h }
      if (widgets.every((other) => !meet(other.at, at))) return at
    }
  }
  return { x: 0, y: bottom, w, h }
}

/** Take `id` away. */
export function without<W extends Placed>(widgets: readonly W[], id: string): W[] {
  return withoutEmptyRows(widgets.filter((widget) => widget.id !== id))
}
