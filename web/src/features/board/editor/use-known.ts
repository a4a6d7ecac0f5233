import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { useIndicators } from '@/shared/widgets/use-answer'

import { type Known, type Thing, thingOf } from './widget-kinds'

/** Everything that a widget may show. */
export function useKnown(): Known {
  const indicators = useIndicators()
  const { data: datasets } = useQuery(ask.datasets())
  const { data: layers } = useQuery(ask.layers())
  return useMemo(
    () => ({
      indicators,
      datasets: new Map((datasets ?? []).map((dataset) => [dataset.id, dataset])),
      layers: new Map((layers ?? []).map((layer) => [layer.id, layer])),
    }),
    [indicators, datasets, layers],
  )
}

/** The name of a thing, and of a widget: its own title, what it shows, or its kind. */
export function useNaming(known: Known) {
  const { t } = useTranslation()
  const format = useFormat()
  const ofThing = (thing: Thing): string => {
    switch (thing.type) {
      case 'indicator':
        return format.text(thing.indicator.title)
      case 'dataset':
        return format.text(thing.dataset.title)
      case 'layer':
        return format.text(thing.layer.title)
      default:
        return t(`editor.kind.${thing.type}`)
    }
  }
  const ofWidget = (widget: Widget): string => {
    const thing = thingOf(widget, known)
    return format.text(widget.title) || (thing && ofThing(thing)) || t(`editor.kind.${widget.kind}`)
  }
  return { ofThing, ofWidget }
}
