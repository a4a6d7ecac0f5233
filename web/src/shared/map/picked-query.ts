import type { Indicator, Layer, Query } from '@/shared/api/types'

import type { Picked } from './map-hits'

/** Half the side of the square in which a chosen point surely lies: tiles round positions to some metres. */
const around = 0.0004

/** The question whose newest figure is that of what was chosen: of its area, or of its place; null where it has neither. */
export function pickedQuery({ at: [lon, lat], properties }: Picked, layer: Layer, indicator: Indicator): Query | null {
  const query: Query = { indicators: [indicator.id], time: { last: `${layer.window_seconds}s` } }
  if (layer.kind === 'areas') return { ...query, where: { area: String(properties.code) } }
  if (!indicator.positioned) return null
  const ring: [number, number][] = [
    [lon - around, lat - around], [lon + around, lat - around], [lon + around, lat + around], [lon - around, lat + around],
  ]
  return { ...query, grain: indicator.per, where: { place: { within: ring } } }
}
