import type { Wall } from '@/shared/api/types'

export type Turn = { item: number; start: number; end: number; loop: number }

/** Whose turn it is at a moment, in a playlist of these many seconds each that began at `anchor` (milliseconds). */
export function turnAt(dwells: readonly number[], anchor: number, at: number): Turn {
  const length = dwells.reduce((sum, dwell) => sum + dwell * 1000, 0)
  const loop = Math.floor((at - anchor) / length)
  let start = anchor + loop * length
  for (const [item, dwell] of dwells.entries()) {
    const end = start + dwell * 1000
    if (at < end) return { item, start, end, loop }
    start = end
  }
  return { item: 0, start, end: start + (dwells[0] ?? 0) * 1000, loop: loop + 1 }
}

/** What takes the wall for a while. Without a board the playlist goes on below the banner. */
export type Interruption = {
  id: string
  kind: 'field' | 'alert' | 'raised'
  board: string | null
  until: number
  /** What the banner says, where a presenter says it. */
  text?: string
  /** Which field it is about. */
  field?: string
}

export type Shown = {
  board: string
  /** Place in the playlist; null for a board that is not in it. */
  item: number | null
  why: 'playing' | 'held' | 'interrupted'
  interruption: Interruption | null
  /** Span of the turn; null where the board stays until somebody says otherwise. */
  turn: Turn | null
  /** When something else may be shown at the latest. */
  until: number
}

type Played = Pick<Wall, 'items' | 'control'>

function raised({ control }: Played, at: number): Interruption | null {
  const { alarm } = control
  if (!alarm) return null
  const until = Date.parse(alarm.until)
  return at < until ? { id: alarm.raised, kind: 'raised', board: alarm.board, until, text: alarm.text } : null
}

/** What a wall shows at a moment: a presenter's alarm first, then the newest interruption, a held board, the playlist. */
export function shownAt(wall: Played, at: number, interruptions: readonly Interruption[] = []): Shown {
  const { items, control } = wall
  const turn = turnAt(items.map(({ dwell }) => dwell), Date.parse(control.anchor), at)
  const open = interruptions.filter(({ until }) => at < until)
  const interruption = raised(wall, at) ?? open.at(-1) ?? null
  const ends = [...open.map(({ until }) => until), ...(interruption ? [interruption.until] : [])]
  if (interruption?.board) {
    const item = items.findIndex(({ board }) => board === interruption.board)
    return {
      board: interruption.board, item: item < 0 ? null : item, why: 'interrupted', interruption, turn: null,
      until: Math.min(...ends),
    }
  }
  if (control.held) {
    const until = Math.min(...ends, Number.POSITIVE_INFINITY)
    return { board: control.held.board, item: control.held.item, why: 'held', interruption, turn: null, until }
  }
  const board = items[turn.item]?.board ?? ''
  return { board, item: turn.item, why: 'playing', interruption, turn, until: Math.min(turn.end, ...ends) }
}
