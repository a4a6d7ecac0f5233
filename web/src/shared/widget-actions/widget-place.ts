import { createContext } from 'react'

import type { Search } from '@/shared/api/client'
import type { Answer, Query } from '@/shared/api/types'

import type { Dims } from './choice'

/** What stands behind a widget: the datasets, and the question or the list of records that it shows. */
export type WidgetSource = {
  datasets: readonly string[]
  query?: Query
  answer?: Answer | null
  records?: { id: string; search: Search }
}

/** Where a widget stands on a board; a widget without a place, as on a wall or in the editor, has no menu. */
export type WidgetPlace = {
  /** Whether it fills the screen. */
  full: boolean
  onFull: (full: boolean) => void
  /** The address that opens this widget alone, under the board's present pickers. */
  link: () => string
  /** What the board's pickers say, for pictures: area, filters, as of when. */
  said: readonly string[]
  /** Filters the other widgets by these values, or lets go of them. */
  onChoose?: (dims: Dims) => void
  isChosen?: (dims: Dims) => boolean
  /** Splits what it shows by commune, over the whole screen. */
  onSplit?: () => void
  /** The way back to this board from a page that it leads to. */
  back: string
}

export const WidgetPlaceContext = createContext<WidgetPlace | null>(null)
