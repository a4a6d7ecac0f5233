import { useRouter } from '@tanstack/react-router'
import { useMemo } from 'react'

import type { Widget } from '@/shared/api/types'
import { WidgetPlaceContext, type WidgetPlace } from '@/shared/widget-actions/widget-place'
import { BoardWidget } from '@/shared/widgets/board-widget'
import type { BoardView } from '@/shared/widgets/widget-query'

import type { BoardSearch } from './board-search'
import { choose, isChosen } from './choices'

export type PlacedProps = {
  widget: Widget
  view: BoardView
  search: BoardSearch
  said: readonly string[]
  onSearch: (change: BoardSearch) => void
}

/** A widget with all that can be done with it on a board. */
export function PlacedWidget({ widget, view, search, said, onSearch }: PlacedProps) {
  const router = useRouter()
  const place = useMemo<WidgetPlace>(() => {
    const { pathname } = router.state.location
    const here = (full?: string) =>
      `${pathname}${router.options.stringifySearch?.({ ...search, ...(full ? { full } : {}), passport: undefined }) ?? ''}`
    return {
      full: search.full === widget.id,
      onFull: (full) => onSearch({ full: full ? widget.id : undefined, split: undefined }),
      link: () => `${location.origin}${here(widget.id)}`,
      back: here(),
      said,
      onChoose: (dims) => onSearch({ ...choose(search, widget.id, dims), split: undefined }),
      isChosen: (dims) => isChosen(search, dims),
      onSplit: () => onSearch({ full: widget.id, split: true }),
    }
  }, [router, search, widget.id, said, onSearch])
  return (
    <WidgetPlaceContext value={place}>
      <BoardWidget
        onArea={(area) => onSearch({ area })}
        onMoment={(moment) => onSearch({ moment })}
        onShape={(shape) => onSearch({ shape })}
        view={view}
        widget={widget}
      />
    </WidgetPlaceContext>
  )
}
