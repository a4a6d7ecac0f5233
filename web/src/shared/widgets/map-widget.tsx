import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Widget } from '@/shared/api/types'
import { parseDuration } from '@/shared/format/duration'
import { useCity, useFormat } from '@/shared/format/use-format'
import type { Drawing } from '@/shared/geo/drawing'
import type { Base } from '@/shared/map/basemap'
import { CityMap } from '@/shared/map/city-map'
import type { TimeSpan } from '@/shared/map/time-panel'
import { WidgetFrame, type WidgetStatus } from '@/shared/ui/widget-frame'

import { useStaleness } from './use-answer'
import { useLimits } from './use-limits'
import type { BoardView } from './widget-query'

type Props = { widget: Widget; view: BoardView; onArea: (code: string | undefined) => void; onShape?: (shape: Drawing | undefined) => void; onMoment?: (moment: string | undefined) => void }

/** The layers of a board on the city's map; choosing an area filters the whole board. */
export function MapWidget({ widget, view, onArea, onShape, onMoment }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const layers = useQuery(ask.layers())
  const mine = (layers.data ?? []).filter(({ id }) => widget.layers?.includes(id))
  const [chosen, setChosen] = useState<string[] | null>(null)
  const [base, setBase] = useState<Base>()
  const visible = mine.filter((layer) => layer.visible)
  const shown = chosen ?? (visible.length > 0 ? visible : mine).map(({ id }) => id)
  const staleFor = useStaleness(mine.flatMap(({ dataset }) => dataset ?? []))
  const { last, from, to } = view.scope ?? view
  const span = useMemo<TimeSpan>(
    () =>
      from
        ? { from: Date.parse(from), to: to ? Date.parse(to) : undefined }
        : { last: 1000 * (parseDuration(last ?? widget.last ?? view.boardLast) ?? 86_400) },
    [from, to, last, widget.last, view.boardLast],
  )
  let status: WidgetStatus = { kind: 'ready' }
  if (!layers.data) {
    status = layers.isError
      ? { kind: 'error', error: layers.error, retry: () => void layers.refetch() }
      : { kind: 'loading' }
  }
  const title = widget.title
    ? format.text(widget.title)
    : mine.length === 1
      ? format.text(mine[0]?.title)
      : t('map.title')
  return (
    <WidgetFrame
      bleed
      limits={useLimits(widget, view)}
      source={{ datasets: [...new Set(mine.flatMap(({ dataset }) => dataset ?? []))] }}
      staleFor={staleFor}
      status={status}
      title={title}
    >
      <CityMap
        area={view.area ?? null}
        base={base}
        city={city}
        drawing={view.shape ?? null}
        label={title}
        layers={mine}
        onArea={onArea}
        moment={view.moment ?? null}
        onBase={setBase}
        onMoment={onMoment}
        onDrawing={onShape}
        onShown={setChosen}
        shown={shown}
        span={span}
      />
    </WidgetFrame>
  )
}
