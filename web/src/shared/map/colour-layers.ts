import type { LayerSpecification } from 'maplibre-gl'

import type { State } from '@/shared/api/types'
import type { Colours } from '@/shared/theme/colours'

import type { ColourClass, Colouring } from './colouring'

/** The image of hatching over areas of which nothing is known. */
export const hatch = 'no-data'
/** The layer that answers which area lies under the pointer. */
export const colouredAreas = 'coloured'

const byState: Record<State, number> = { good: 0.38, watch: 0.55, bad: 0.68, unknown: 0.2 }
const bySteps = [0.12, 0.28, 0.45, 0.63, 0.82]

/** The colour of a class and how strongly it covers the ground. */
export function classPaint({ state, step }: ColourClass, colours: Colours): { colour: string; opacity: number } {
  if (state) return { colour: colours.state[state], opacity: byState[state] }
  return { colour: colours.series[0] ?? '#888', opacity: bySteps[step] ?? 0.82 }
}

/** Areas in the colours of their classes; those of the city without a value are hatched. */
export function colourLayers(colouring: Colouring, own: readonly string[], colours: Colours): LayerSpecification[] {
  const { level, classes, values } = colouring
  const common = { type: 'fill' as const, source: `areas.${level}`, 'source-layer': level }
  const unknown = own.filter((code) => !values.has(code))
  return [
    { ...common, id: colouredAreas, paint: { 'fill-color': colours.map.home, 'fill-opacity': 0 } },
    {
      ...common, id: 'coloured/unknown', filter: ['in', ['get', 'code'], ['literal', unknown]],
      paint: { 'fill-pattern': hatch, 'fill-opacity': 0.6 },
    },
    ...classes.map((one): LayerSpecification => {
      const { colour, opacity } = classPaint(one, colours)
      return {
        ...common, id: `coloured/${one.key}`, filter: ['in', ['get', 'code'], ['literal', one.codes]],
        paint: { 'fill-color': colour, 'fill-opacity': opacity },
      }
    }),
  ]
}
