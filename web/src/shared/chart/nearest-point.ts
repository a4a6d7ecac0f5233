type Points = readonly (readonly [at: number, value: number | null])[]
export type ChosenPoint = { series: number; at: number }

/**
 * The drawn point nearest to a place on a chart over time: of the nearest moment, the nearest line; where areas stand on
 * each other, the one that encloses the place. Null where nothing is drawn.
 */
export function nearestPoint(series: readonly Points[], at: number, value: number, stacked: boolean): ChosenPoint | null {
  let moment: number | null = null
  for (const points of series) {
    for (const [time, known] of points) {
      if (known !== null && (moment === null || Math.abs(time - at) < Math.abs(moment - at))) moment = time
    }
  }
  if (moment === null) return null
  let best: { series: number; away: number } | null = null
  let below = 0
  for (const [place, points] of series.entries()) {
    const known = points.find(([time]) => time === moment)?.[1] ?? null
    if (known === null) continue
    const top = stacked ? below + known : known
    const away = stacked && value >= below && value <= top ? 0 : Math.abs(value - top)
    below = top
    if (best === null || away < best.away) best = { series: place, away }
  }
  return best && { series: best.series, at: moment }
}
