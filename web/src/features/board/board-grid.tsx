import type { CSSProperties } from 'react'

import type { Widget } from '@/shared/api/types'
import { BoardWidget } from '@/shared/widgets/board-widget'
import type { BoardView } from '@/shared/widgets/widget-query'

import classes from './board-page.module.css'

type Props = { widgets: Widget[]; view: BoardView; onArea: (code: string | undefined) => void }

/** Rows a widget needs on a phone, where it has the whole width. */
const phoneRows: Partial<Record<Widget['kind'], number>> = { number: 2, status: 3, text: 2, map: 6 }

function place({ at, kind }: Widget): CSSProperties {
  const medium = at.w <= 3 ? 3 : at.w <= 4 && kind === 'number' ? 3 : 6
  const narrow = at.w <= 2 ? 2 : medium
  const phone = phoneRows[kind] ?? Math.min(Math.max(at.h, 4), 6)
  return { '--x': at.x, '--y': at.y, '--w': at.w, '--h': at.h, '--wm': narrow, '--hp': phone } as CSSProperties
}

/** Widgets on twelve columns; six on a tablet, one on a phone, in reading order. */
export function BoardGrid({ widgets, view, onArea }: Props) {
  const ordered = widgets.toSorted((a, b) => a.at.y - b.at.y || a.at.x - b.at.x)
  return (
    <div className={classes.grid}>
      {ordered.map((widget) => (
        <div className={classes.cell} key={widget.id} style={place(widget)}>
          <BoardWidget onArea={onArea} view={view} widget={widget} />
        </div>
      ))}
    </div>
  )
}
