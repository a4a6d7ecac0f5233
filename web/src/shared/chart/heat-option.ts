import type { EChartsCoreOption } from 'echarts/core'

import { figureText, type Judged, stateOf } from '@/shared/chart/bands'
import { chartFrame, tipLook } from '@/shared/chart/chart-frame'
import type { Formatter } from '@/shared/format/formatter'
import type { Band, Scalar, State } from '@/shared/api/types'
import type { Colours } from '@/shared/theme/colours'

export type HeatCell = {
  x: number
  y: number
  value: number | null
  name: string
  /** The moment of its step. */
  at: number
  /** What it stands for, to filter by. */
  dims?: readonly (readonly [column: string, value: Scalar])[]
}
export type HeatGrid = { xs: string[]; ys: string[]; cells: HeatCell[] }

const dayMs = 86_400_000

/** Days laid out as a calendar: a column for each week, a row for each weekday from Monday. */
export function calendarGrid(days: { day: string; at: number; value: number | null; dims?: HeatCell['dims'] }[], weekdays: string[], format: Formatter): HeatGrid {
  const first = days[0]
  if (!first) return { xs: [], ys: weekdays, cells: [] }
  const weekday = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  const start = Date.parse(`${first.day}T00:00:00Z`) - weekday(first.day) * dayMs
  const cells = days.map(({ day, at, value, dims }) => {
    const x = Math.floor((Date.parse(`${day}T00:00:00Z`) - start) / (7 * dayMs))
    return { x, y: weekday(day), at, value, name: format.day(day), dims }
  })
  const last = Math.max(...cells.map((cell) => cell.x))
  const xs = Array.from({ length: last + 1 }, (_, week) => monthBegun(start + week * 7 * dayMs))
  return { xs, ys: weekdays, cells }
}

/** "03/2026" for the week in which a month begins; nothing for the others. */
function monthBegun(week: number): string {
  for (let day = 0; day < 7; day++) {
    const [year, month, date] = new Date(week + day * dayMs).toISOString().slice(0, 10).split('-')
    if (date === '01') return `${month}/${year}`
  }
  return ''
}

type Input = Judged & {
  grid: HeatGrid
  unit: string
  decimals: number
  colours: Colours
  format: Formatter
  noValue: string
}

/** Cells coloured by state where the indicator has bands, otherwise from pale to dark. */
export function heatOption({ grid, bands, figure, unit, decimals, colours, format, noValue }: Input): EChartsCoreOption {
  const known = grid.cells.flatMap(({ value }) => (value === null ? [] : [value]))
  const low = Math.min(...known)
  const high = Math.max(...known)
  const paint = (value: number | null): { color: string; opacity: number } => {
    if (value === null) return { color: colours.grid, opacity: 1 }
    const state = stateOf(value, bands)
    if (bands.length > 0) return { color: colours.state[state], opacity: strength(value, state, bands) }
    return { color: colours.series[0] ?? colours.text, opacity: high > low ? 0.15 + (0.85 * (value - low)) / (high - low) : 0.6 }
  }
  return {
    ...chartFrame({ left: 2, right: 4, top: 4, bottom: 2 }),
    tooltip: {
      ...tipLook(colours),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const cell = grid.cells[dataIndex]
        if (!cell) return ''
        return `${cell.name}<br><b>${cell.value === null ? noValue : figureText(cell.value, { bands, figure }, unit, decimals, format)}</b>`
      },
    },
    xAxis: {
      type: 'category',
      data: grid.xs,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.dimmed, fontSize: 12, hideOverlap: true, interval: grid.xs.includes('') ? 0 : 'auto' },
    },
    yAxis: {
      type: 'category',
      data: grid.ys,
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.dimmed, fontSize: 11 },
    },
    series: [
      {
        type: 'heatmap',
        // Drawn at once: a picture that is still being drawn when its board leaves fails in the library.
        progressive: 0,
        data: grid.cells.map(({ x, y, value }) => ({
          value: [x, y, value ?? '-'],
          itemStyle: { ...paint(value), borderColor: colours.surface, borderWidth: 1.5, borderRadius: 2 },
        })),
        emphasis: { itemStyle: { borderColor: colours.text } },
      },
    ],
  }
}

/** Bands of one state follow each other from pale to full, so that "good" and "moderate" differ. */
function strength(value: number, state: State, bands: Band[]): number {
  const [pale, full] = state === 'good' ? [0.3, 0.65] : [0.8, 1]
  const same = bands.filter((band) => band.state === state)
  if (same.length < 2) return (pale + full) / 2
  const place = same.findIndex(({ below }) => below === null || below === undefined || value < below)
  return pale + ((full - pale) * Math.max(0, place)) / (same.length - 1)
}
