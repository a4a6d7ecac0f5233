import type { Widget } from '@/shared/api/types'
import type { Drawing } from '@/shared/geo/drawing'

import { CameraWidget } from './camera-widget'
import { FeedWidget } from './feed-widget'
import { HeatWidget } from './heat-widget'
import { MapWidget } from './map-widget'
import { DrawnShape } from './measure-frame'
import { NumberWidget } from './number-widget'
import { PageWidget } from './page-widget'
import { PieWidget } from './pie-widget'
import { BulletWidget, CategoryBarWidget, RankingWidget } from './ranking-widget'
import { RecordsWidget } from './records-widget'
import { StatusGridWidget } from './status-grid-widget'
import { StatusWidget } from './status-widget'
import { TableWidget } from './table-widget'
import { TextWidget } from './text-widget'
import { TimeWidget } from './time-widget'
import { TimelineWidget } from './timeline-widget'
import type { BoardView } from './widget-query'

type Props = {
  widget: Widget
  view: BoardView
  onArea: (code: string | undefined) => void
  onShape?: (shape: Drawing | undefined) => void
  onMoment?: (moment: string | undefined) => void
}

/** One widget, by its kind. */
export function BoardWidget(props: Props) {
  return (
    <DrawnShape value={props.view.shape}>
      <Kind {...props} />
    </DrawnShape>
  )
}

function Kind({ widget, view, onArea, onShape, onMoment }: Props) {
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
    case 'pie':
      return <PieWidget view={view} widget={widget} />
    case 'table':
      return <TableWidget view={view} widget={widget} />
    case 'map':
      return <MapWidget onArea={onArea} onMoment={onMoment} onShape={onShape} view={view} widget={widget} />
    case 'records':
      return <RecordsWidget view={view} widget={widget} />
    case 'status':
      return (widget.indicators?.length ?? 0) > 0 ? (
        <StatusGridWidget view={view} widget={widget} />
      ) : (
        <StatusWidget view={view} widget={widget} />
      )
    case 'timeline':
      return <TimelineWidget view={view} widget={widget} />
    case 'feed':
      return <FeedWidget view={view} widget={widget} />
    case 'text':
      return <TextWidget widget={widget} />
    case 'page':
      return <PageWidget widget={widget} />
    case 'camera':
      return <CameraWidget widget={widget} />
  }
}
