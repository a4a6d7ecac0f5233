import type { Answer, Band, Indicator, Query, State } from '@/shared/api/types'
import { bandOf } from '@/shared/chart/bands'
import type { LonLat } from '@/shared/geo/geodesy'
import { AnswerView } from '@/shared/widgets/answer-view'

export type AreaLevel = 'commune' | 'province'
/** An indicator that colours areas, and over which period. */
export type Colour = { indicator: string; level: AreaLevel; last: string }
/** Values of one colour: a state by the indicator's bands, or a step of lightness where it has none. */
export type ColourClass = { key: string; state: State | null; step: number; from: number | null; below: number | null; names: Band[]; codes: string[] }
export type Colouring = { level: AreaLevel; banded: boolean; classes: ColourClass[]; values: ReadonlyMap<string, number> }

/** Steps of lightness for values without bands: so many areas fall into each. */
export const steps = 5
const states: State[] = ['good', 'watch', 'bad', 'unknown']

/** What colours the areas of a city: one question for all of them. */
export function colourQuery({ indicator, level, last }: Colour, city: string, ring: LonLat[] | null = null): Query {
  const query: Query = { indicators: [indicator], by: [`area:${level}`], time: { last }, limit: 10_000 }
  const where = { ...(level === 'commune' ? { area: city } : {}), ...(ring ? { place: { within: ring } } : {}) }
  return Object.keys(where).length > 0 ? { ...query, where } : query
}

/** The known value of each area. */
export function areaValues(answer: Answer): Map<string, number> {
  const view = new AnswerView(answer)
  const [area, value] = [view.dimensions[0], view.values[0]]
  const found = new Map<string, number>()
  if (!area || !value) return found
  for (const row of answer.rows) {
    const code = view.cell(row, area.name)
    const number = view.number(row, value.name)
    if (typeof code === 'string' && code && number !== null) found.set(code, number)
  }
  return found
}

/** Sort values into the indicator's bands, or into fifths where it declares none. */
export function colouringOf(values: ReadonlyMap<string, number>, indicator: Indicator, level: AreaLevel): Colouring {
  const banded = indicator.bands.length > 0
  const classes = banded ? byBands(values, indicator.bands) : byFifths(values)
  return { level, banded, classes, values }
}

function byBands(values: ReadonlyMap<string, number>, bands: Band[]): ColourClass[] {
  return states.flatMap((state, step) => {
    const own = bands.filter((band) => band.state === state)
    if (own.length === 0) return []
    const codes = [...values].filter(([, value]) => bandOf(value, bands)?.state === state).map(([code]) => code)
    const low = own.map(({ from }) => from ?? -Infinity)
    const high = own.map(({ below }) => below ?? Infinity)
    return [{ key: state, state, step, from: finite(Math.min(...low)), below: finite(Math.max(...high)), names: own, codes }]
  })
}

/** Equal values are never parted, so there may be fewer classes than steps; ranges are those of the values in them. */
function byFifths(values: ReadonlyMap<string, number>): ColourClass[] {
  const sorted = [...values].toSorted((a, b) => a[1] - b[1])
  const classes: ColourClass[] = []
  let last: { value: number; group: ColourClass } | null = null
  for (const [place, [code, value]] of sorted.entries()) {
    const step = Math.floor((place * steps) / sorted.length)
    if (!last || (last.group.step !== step && last.value !== value)) {
      const group: ColourClass = { key: `step-${step}`, state: null, step, from: value, below: value, names: [], codes: [] }
      classes.push(group)
      last = { value, group }
    }
    last.group.codes.push(code)
    last.group.below = value
    last.value = value
  }
  return classes
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
