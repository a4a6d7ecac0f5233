import type { Widget, WidgetKind } from '@/shared/api/types'

import { HeatWidget } from './heat-widget'
import { MapWidget } from './map-widget'
import { NumberWidget } from './number-widget'
import { BulletWidget, CategoryBarWidget, RankingWidget } from './ranking-widget'
import { RecordsWidget } from './records-widget'
import { StatusWidget } from './status-widget'
import { TableWidget } from './table-widget'
import { TextWidget } from './text-widget'
import { TimeWidget } from './time-widget'
import type { BoardView } from './widget-query'

/** The kinds that can be drawn; a board leaves out the others, since what is not there has no place. */
export const drawable: ReadonlySet<WidgetKind> = new Set<WidgetKind>([
  'number', 'bullet', 'line', 'area', 'bar', 'heat', 'ranking', 'table', 'map', 'records', 'status', 'text',
])

type Props = { widget: Widget; view: BoardView; onArea: (code: string | undefined) => void }

/** One widget, by its kind. */
export function BoardWidget({ widget, view, onArea }: Props) {
  switch (widget.kind) {
    case 'number':
      return <NumberWidget view={view} widget={widget} />
    case 'bullet':
      return <BulletWidget view={view} widget={widget} />
    case 'line':
    case 'area':
      return <TimeWidget kind={widget.kind} view={view} widget={widget} />
    case 'bar':
      return (widget.by?.length ?? 0) > 0 && !widget.grain ? (
        <CategoryBarWidget view={view} widget={widget} />
      ) : (
        <TimeWidget kind="bar" view={view} widget={widget} />
      )
    case 'heat':
      return <HeatWidget view={view} widget={widget} />
    case 'ranking':
      return <RankingWidget view={view} widget={widget} />
    case 'table':
      return <TableWidget view={view} widget={widget} />
    case 'map':
      return <MapWidget onArea={onArea} view={view} widget={widget} />
    case 'records':
      return <RecordsWidget view={view} widget={widget} />
    case 'status':
      return <StatusWidget widget={widget} />
    case 'text':
      return <TextWidget widget={widget} />
    default:
      return null
  }
}
