import type { Board, Compare } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { type Drawing, readDrawing } from '@/shared/geo/drawing'
import type { BoardView, Pick } from '@/shared/widgets/widget-query'

/** Of each column the value that was chosen, and in which widget. */
export type Picks = Record<string, [value: string, widget: string]>

/** What the address of a board says. */
export type BoardSearch = {
  last?: string
  from?: string
  to?: string
  compare?: Compare | 'none'
  as_of?: string
  area?: string
  /** The moment chosen on a map of the board; periods end there. */
  moment?: string
  /** What is drawn on a map of the board. */
  shape?: Drawing
  /** At which level areas are told apart. */
  level?: 'commune' | 'province'
  /** On whose boundaries areas are counted: `recorded`, or those of a day. */
  boundaries?: string
  picks?: Picks
  /** The widget that fills the screen. */
  full?: string
  /** Whether that widget is split by commune. */
  split?: true
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
const levels = new Set(['commune', 'province'])

function moment(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined
}

function readPicks(value: unknown): Picks | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = Object.entries(value).flatMap(([column, pick]: [string, unknown]): [string, [string, string]][] =>
    Array.isArray(pick) && pick.length === 2 && pick.every((part) => ['string', 'number'].includes(typeof part))
      ? [[column, [String(pick[0]), String(pick[1])]]]
      : [],
  )
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** Keep what can be understood of an address that people may have changed by hand. */
export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const { last, compare, area, level, boundaries, full } = search
  const from = moment(search.from)
  const to = moment(search.to)
  const ordered = from && to && Date.parse(from) >= Date.parse(to) ? undefined : to
  const day = typeof boundaries === 'string' && /^\d{4}-\d\d-\d\d$/.test(boundaries) && moment(boundaries)
  return {
    last: !from && typeof last === 'string' && parseDuration(last) !== null ? last : undefined,
    from,
    to: from ? ordered : undefined,
    compare: typeof compare === 'string' && comparisons.has(compare) ? (compare as Compare) : undefined,
    as_of: moment(search.as_of),
    area: typeof area === 'string' || typeof area === 'number' ? String(area).padStart(2, '0') : undefined,
    moment: moment(search.moment),
    shape: readDrawing(search.shape),
    level: typeof level === 'string' && levels.has(level) ? (level as BoardSearch['level']) : undefined,
    boundaries: boundaries === 'recorded' || day ? (boundaries as string) : undefined,
    picks: readPicks(search.picks),
    full: typeof full === 'string' ? full : undefined,
    split: search.split === true && typeof full === 'string' ? true : undefined,
    edit: search.edit === true ? true : undefined,
    version: Number.isInteger(search.version) && Number(search.version) > 0 ? Number(search.version) : undefined,
    versions: search.versions === true ? true : undefined,
  }
}

/** Choices in the widgets of this board, with what those widgets read; those of widgets that are gone do not count. */
export function boardPicks(board: Board, picks: Picks | undefined, datasetOf: (indicator: string) => string | undefined): Pick[] {
  return Object.entries(picks ?? {}).flatMap(([column, [value, id]]) => {
    const widget = board.widgets.find((one) => one.id === id)
    const datasets = [...new Set((widget?.indicators ?? []).flatMap((name) => datasetOf(name) ?? []))]
    return datasets.length > 0 ? [{ column, value, widget: id, datasets }] : []
  })
}

/** The period of a board: what its pickers say, or as long until the moment that was chosen on its map. */
function periodOf(board: Board, { moment: chosen, last, from, to }: BoardSearch): Partial<BoardView> {
  if (!chosen) return { last, from, to }
  const end = Date.parse(chosen)
  const begin = from && Date.parse(from) < end ? Date.parse(from) : end - 1000 * (parseDuration(last ?? board.last) ?? 86_400)
  return { from: new Date(begin).toISOString(), to: chosen, moment: chosen, scope: { last, from, to } }
}

export function boardView(board: Board, search: BoardSearch, picks: readonly Pick[] = []): BoardView {
  return {
    boardLast: board.last,
    ...periodOf(board, search),
    compare: search.compare,
    asOf: search.as_of,
    area: search.area,
    shape: search.shape,
    level: search.level,
    boundaries: search.boundaries,
    picks,
  }
}
