import type { CSSProperties } from 'react'

import type { Widget } from '@/shared/api/types'

import classes from './board-page.module.css'
import { PlacedWidget, type PlacedProps } from './placed-widget'

type Props = Omit<PlacedProps, 'widget'> & { widgets: Widget[] }

/** On a phone these are as high as what they say. */
const ownHeight = new Set<Widget['kind']>(['number', 'status', 'text', 'bullet'])

function place({ at, kind }: Widget): CSSProperties {
  const medium = at.w <= 3 ? 3 : at.w <= 4 && kind === 'number' ? 3 : 6
  const narrow = at.w <= 2 ? 2 : medium
  const rows = Math.min(Math.max(at.h, 4), 6)
  const phone = ownHeight.has(kind) ? 'auto' : `calc(${kind === 'map' ? 7 : rows} * var(--tc-row))`
  return { '--x': at.x, '--y': at.y, '--w': at.w, '--h': at.h, '--wm': narrow, '--phone': phone } as CSSProperties
}

/** Widgets on twelve columns; six on a tablet, one on a phone, in reading order. */
export function BoardGrid({ widgets, ...placed }: Props) {
  const ordered = widgets.toSorted((a, b) => a.at.y - b.at.y || a.at.x - b.at.x)
  return (
    <div className={classes.grid}>
      {ordered.map((widget) => (
        <div className={classes.cell} key={widget.id} style={place(widget)}>
          <PlacedWidget {...placed} widget={widget} />
        </div>
      ))}
    </div>
  )
}
