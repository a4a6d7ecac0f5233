import type { Layer } from '@/shared/api/types'

/** Which layers are drawn once one is switched. Points and tracks lie over each other; of layers that colour areas only one is drawn. */
export function toggled(layers: readonly Layer[], shown: readonly string[], layer: Layer, on: boolean): string[] {
  const kept = shown.filter((id) => id !== layer.id)
  if (!on) return kept
  const others = kept.filter((id) => layers.find((one) => one.id === id)?.kind !== 'areas')
  return [...(layer.kind === 'areas' ? others : kept), layer.id]
}
