import type { Board, Compare } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { type Drawing, readDrawing } from '@/shared/geo/drawing'
import type { BoardView } from '@/shared/widgets/widget-query'

/** What the address of a board says. */
export type BoardSearch = {
  last?: string
  from?: string
  to?: string
  compare?: Compare | 'none'
  as_of?: string
  area?: string
  /** What is drawn on a map of the board. */
  shape?: Drawing
  /** Whether the board is being edited. */
  edit?: true
  /** An earlier version, looked at instead of the board as it is. */
  version?: number
  /** Whether the list of versions is open. */
  versions?: true
}

/** Where a new board is made; saved ones have names of their own. */
export const newBoardId = 'saved.new'


const comparisons = new Set(['previous', 'year', 'target', 'none'])

function moment(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined
}

/** Keep what can be understood of an address that people may have changed by hand. */
export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const { last, compare, area } = search
  const from = moment(search.from)
  const to = moment(search.to)
  const ordered = from && to && Date.parse(from) >= Date.parse(to) ? undefined : to
  return {
    last: !from && typeof last === 'string' && parseDuration(last) !== null ? last : undefined,
    from,
    to: from ? ordered : undefined,
    compare: typeof compare === 'string' && comparisons.has(compare) ? (compare as Compare) : undefined,
    as_of: moment(search.as_of),
    area: typeof area === 'string' || typeof area === 'number' ? String(area).padStart(2, '0') : undefined,
    shape: readDrawing(search.shape),
    edit: search.edit === true ? true : undefined,
    version: Number.isInteger(search.version) && Number(search.version) > 0 ? Number(search.version) : undefined,
    versions: search.versions === true ? true : undefined,
  }
}

export function boardView(board: Board, search: BoardSearch): BoardView {
  return {
    boardLast: board.last,
    last: search.last,
    from: search.from,
    to: search.to,
    compare: search.compare,
    asOf: search.as_of,
    area: search.area,
    shape: search.shape,
  }
}
