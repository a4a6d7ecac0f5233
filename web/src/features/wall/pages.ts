import type { Widget } from '@/shared/api/types'

/** Widgets side by side; `width` is each one's share of the row. */
export type Shelf = { items: { widget: Widget; width: number }[]; least: number; grows: number }
export type Page = Shelf[]

/** Space between widgets, in CSS pixels. */
export const gap = 10
/** A chart in half a screen of twelve columns is as wide as a phone. */
const leastHalf = 380
const small = new Set<Widget['kind']>(['number', 'status', 'text', 'bullet'])
/** Heights in which a figure with its footer, and a chart, can be read. */
const leastSmall = 188
const leastLarge = 198

function isSmall(widget: Widget): boolean {
  return small.has(widget.kind) && (widget.kind !== 'status' || (widget.indicators?.length ?? 0) === 0)
}

function widthOf(widget: Widget, columns: number): number {
  if (isSmall(widget) && widget.at.w <= 4) return Math.max(3, widget.at.w)
  return widget.at.w > 6 ? Math.min(columns, 12) : 6
}

/** Columns that are wide enough for large type: six for half a common screen, 24 for two screens side by side. */
export function columnsOf(width: number): number {
  return 6 * Math.max(1, Math.floor(width / leastHalf))
}

/** A board as pages of a screen without hands: in reading order, large enough to be read, nothing to scroll. */
export function wallPages(widgets: readonly Widget[], columns: number, height: number): Page[] {
  const shelves: Shelf[] = []
  const used = (shelf: Shelf | undefined) => shelf?.items.reduce((sum, { width }) => sum + width, 0) ?? columns
  for (const widget of widgets.toSorted((a, b) => a.at.y - b.at.y || a.at.x - b.at.x)) {
    const width = widthOf(widget, columns)
    const last = shelves.at(-1)
    const least = isSmall(widget) ? leastSmall : leastLarge
    const grows = isSmall(widget) ? 1 : 3
    if (last && used(last) + width <= columns) {
      last.items.push({ widget, width })
      last.least = Math.max(last.least, least)
      last.grows = Math.max(last.grows, grows)
    } else shelves.push({ items: [{ widget, width }], least, grows })
  }
  const pages: Page[] = []
  let left = 0
  for (const shelf of shelves) {
    const page = pages.at(-1)
    if (page && shelf.least + gap <= left) {
      page.push(shelf)
      left -= shelf.least + gap
    } else {
      pages.push([shelf])
      left = height - shelf.least
    }
  }
  return pages
}

/** No page is shown for a shorter time than it takes to read it. */
const leastReading = 10_000

type Span = { start: number; end: number; loop: number }

/**
 * Which page of a board is shown, and until when. A turn that is too short for all pages shows some, and the next turn
 * goes on with the others; a board without a turn goes round from `since`, when it came up.
 */
export function pageAt(count: number, turn: Span | null, at: number, since = 0): { page: number; until: number } {
  if (count <= 1) return { page: 0, until: turn?.end ?? Number.POSITIVE_INFINITY }
  if (!turn) {
    const each = leastReading * 1.5
    const step = Math.max(0, Math.floor((at - since) / each))
    return { page: step % count, until: since + (step + 1) * each }
  }
  const fitting = Math.max(1, Math.min(count, Math.floor((turn.end - turn.start) / leastReading)))
  const each = (turn.end - turn.start) / fitting
  const step = Math.min(fitting - 1, Math.max(0, Math.floor((at - turn.start) / each)))
  const first = fitting < count ? turn.loop * fitting : 0
  return { page: (((first + step) % count) + count) % count, until: turn.start + (step + 1) * each }
}
