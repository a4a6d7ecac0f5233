import type { Dims } from '@/shared/widget-actions/choice'

import type { BoardSearch } from './board-search'

const day = 86_400_000

function isArea(column: string): boolean {
  return column === 'area' || column.startsWith('area:')
}

/** Whether all these values are what the board is filtered by already. */
export function isChosen(search: BoardSearch, dims: Dims): boolean {
  return dims.every(([column, value]) => {
    if (isArea(column)) return search.area === String(value)
    if (column === 'time') return search.from === String(value)
    return search.picks?.[column]?.[0] === String(value)
  })
}

/** The address after choosing values in a widget: an area and a day move the board's pickers, the rest are choices; what is chosen already is let go. */
export function choose(search: BoardSearch, widget: string, dims: Dims): BoardSearch {
  const letGo = isChosen(search, dims)
  const change: BoardSearch = {}
  const picks = { ...search.picks }
  for (const [column, value] of dims) {
    if (isArea(column)) change.area = letGo ? undefined : String(value)
    else if (column === 'time') {
      change.last = undefined
      change.from = letGo ? undefined : String(value)
      change.to = letGo ? undefined : new Date(Date.parse(String(value)) + day).toISOString()
    } else if (letGo) delete picks[column]
    else picks[column] = [String(value), widget]
  }
  return { ...change, picks: Object.keys(picks).length > 0 ? picks : undefined }
}
