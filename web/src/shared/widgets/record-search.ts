import type { Search } from '@/shared/api/client'
import type { Scalar, Widget } from '@/shared/api/types'
import { ringOf, withinText } from '@/shared/geo/drawing'

import type { BoardView } from './widget-query'

type Known = string | number | boolean

function known(value: unknown): value is Known {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The filters of a widget and the pickers of its board as conditions on records: one value, several, or bounds. */
export function recordSearch(widget: Widget, view: BoardView, positioned: boolean): Search {
  const search: Record<string, Known | readonly Known[] | undefined> = {}
  for (const [column, condition] of Object.entries(widget.where ?? {})) {
    if (known(condition)) search[column] = condition
    else if (Array.isArray(condition)) search[column] = condition.filter(known)
    else if (typeof condition === 'object' && condition !== null) {
      for (const [operator, value] of Object.entries(condition as Record<string, Scalar>)) {
        if (known(value)) search[`${column}.${operator}`] = value
      }
    }
  }
  for (const { column, value, datasets, widget: from } of view.picks ?? []) {
    if (from !== widget.id && widget.dataset && datasets.includes(widget.dataset)) search[column] = value
  }
  const ring = view.shape && positioned ? ringOf(view.shape) : null
  return {
    ...search,
    ...(view.area ? { area: view.area } : {}),
    ...(ring ? { 'place.within': withinText(ring) } : {}),
    as_of: view.asOf,
  }
}
