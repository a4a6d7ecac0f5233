import type { EChartsCoreOption } from 'echarts/core'

import { chartFrame, tipLook } from '@/shared/chart/chart-frame'
import type { Band, Grain } from '@/shared/api/types'
import type { Formatter } from '@/shared/format/formatter'
import type { Colours } from '@/shared/theme/colours'
import { escapeHtml } from '@/shared/format/escape-html'

import { bandOf, figureText, type Judged, wordOf } from './bands'

export type TimeSeries = {
  name: string
  points: [number, number | null][]
  unit: string | null
  decimals: number | null
  /** How it is drawn: the first four get a colour and a dash of their own, `rest` stays grey, `than` is a comparison. */
  role: 'main' | 'rest' | 'than'
}

type Input = Judged & {
  kind: 'line' | 'area' | 'bar'
  /** Areas stand on each other; their points must share their moments. */
  stacked?: boolean
  series: TimeSeries[]
  grain: Grain | null
  /** The period asked for; the axis shows all of it, also where there are no data. */
  period: [number, number] | null
  target: number | null
  targetName: string
  /** What a press on a point does, said below its values. */
  hint?: string
  colours: Colours
  format: Formatter
}

export const dashes = ['solid', [7, 3], [2, 3], [9, 3, 2, 3]] as const

/** Colour and dash of the main series at a place, the same in the legend and in the chart. */
export function seriesStyle(place: number, colours: Colours): { colour: string; dash: (typeof dashes)[number] } {
  return { colour: colours.series[place % 4] ?? colours.text, dash: dashes[place % 4] ?? 'solid' }
}

/** Limits between bands of different state inside the drawn range, as thin lines named by their state. */
export function bandLimits(bands: Band[], low: number, high: number): { at: number; state: Band['state'] }[] {
  return bands.flatMap((band, place) => {
    const at = band.from
    const before = bands[place - 1]
    if (at === null || at === undefined || before?.state === band.state || before === undefined) return []
    return at > low && at < high ? [{ at, state: band.state === 'good' ? before.state : band.state }] : []
  })
}

function extent(series: TimeSeries[]): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const { points } of series) {
    for (const [, value] of points) {
      if (value === null) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  return low > high ? [0, 1] : [low, high]
}

function marks(input: Input, low: number, high: number) {
  const { bands, target, targetName, colours, format } = input
  const limits = bandLimits(bands, low, high + (high - low) * 0.15).filter(({ at }) => at !== target).map(({ at, state }) => ({
    yAxis: at,
    lineStyle: { color: colours.state[state], type: 'dashed' as const, width: 1, opacity: 0.75 },
    label: {
      show: true,
      formatter: figureText(at, input, null, null, format),
      position: 'insideEndTop' as const,
      color: colours.dimmed,
      fontSize: 12,
      distance: 1,
    },
  }))
  const aims =
    target === null
      ? []
      : [
          {
            yAxis: target,
            lineStyle: { color: colours.text, type: [2, 2], width: 1.5 },
            label: {
              show: true,
              formatter: `${targetName} ${figureText(target, input, null, null, format)}`,
              position: 'insideEndTop' as const,
              color: colours.text,
              fontSize: 12,
            },
          },
        ]
  const data = [...limits, ...aims]
  return data.length === 0 ? undefined : { silent: true, symbol: 'none', animation: false, data }
}

/** Lines, areas or bars over time. */
export function timeOption(input: Input): EChartsCoreOption {
  const { kind, stacked = false, series, grain, period, colours, format, target } = input
  const [low, high] = extent(series)
  const lines = marks(input, Math.min(low, target ?? low), Math.max(high, target ?? high))
  let place = 0
  const drawn = series.map((one, index) => {
    const points = one.points.map(([at, value]) => [format.wallTime(at), value])
    const style = one.role === 'main' ? seriesStyle(place++, colours) : { colour: colours.rest, dash: 'solid' as const }
    const first = index === 0 ? { markLine: lines } : {}
    if (kind === 'bar' && one.role !== 'than') {
      return {
        type: 'bar',
        name: one.name,
        data: points,
        barMaxWidth: 28,
        itemStyle: { color: style.colour, borderRadius: [2, 2, 0, 0] },
        ...first,
      }
    }
    const than = one.role === 'than'
    return {
      type: 'line',
      name: one.name,
      data: points,
      showSymbol: one.points.filter(([, value]) => value !== null).length < 2,
      connectNulls: false,
      z: one.role === 'main' ? 3 : 2,
      lineStyle: {
        color: than ? colours.dimmed : style.colour,
        type: than ? [3, 3] : style.dash,
        width: one.role === 'main' ? 2 : 1.25,
      },
      itemStyle: { color: than ? colours.dimmed : style.colour },
      stack: stacked ? 'whole' : undefined,
      areaStyle: kind === 'area' && !than ? { color: style.colour, opacity: stacked ? 0.75 : 0.14 } : undefined,
      emphasis: { focus: 'none' },
      ...first,
    }
  })
  const highest = target !== null && high < target ? target : undefined
  return {
    ...chartFrame({ left: 4, right: 12, top: 12, bottom: 2 }),
    tooltip: tooltip(input),
    xAxis: {
      type: 'time',
      min: period && kind !== 'bar' ? format.wallTime(period[0]) : undefined,
      max: period && kind !== 'bar' ? format.wallTime(period[1]) : undefined,
      axisLabel: { color: colours.dimmed, fontSize: 12, hideOverlap: true, formatter: axisTime(grain) },
      axisLine: { lineStyle: { color: colours.strong } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: kind === 'line',
      max: highest,
      splitNumber: 4,
      axisLabel: { color: colours.dimmed, fontSize: 12, formatter: (value: number) => axisValue(value, input) },
      splitLine: { lineStyle: { color: colours.grid } },
    },
    series: drawn,
  }
}

/** A value on the axis: the word of the band that begins there, else the number. */
function axisValue(value: number, input: Input): string {
  const begins = bandOf(value, input.bands)?.from === value
  return (begins && input.format.text(wordOf(value, input))) || input.format.number(value)
}

function axisTime(grain: Grain | null): (wall: number) => string {
  return (wall) => {
    const [date = '', clock = ''] = new Date(wall).toISOString().split('T')
    const [year = '', month = '', day = ''] = date.split('-')
    if (grain === 'year') return year
    if (grain === 'month' || grain === 'quarter') return `${month}/${year}`
    if (clock.startsWith('00:00')) return `${day}/${month}`
    return grain === 'day' || grain === 'week' ? '' : clock.slice(0, 5)
  }
}

type TooltipItem = { seriesName: string; value: [number, number | null]; marker: string; seriesIndex: number; dataIndex: number }

function tooltip({ series, bands, figure, colours, format, grain, hint }: Input) {
  return {
    trigger: 'axis',
    ...tipLook(colours),
    axisPointer: { lineStyle: { color: colours.strong } },
    formatter: (found: TooltipItem | TooltipItem[]) => {
      const items = (Array.isArray(found) ? found : [found]).filter((item) => item.value[1] !== null)
      const first = items[0]
      if (!first) return ''
      const lines = items
        .toSorted((a, b) => Number(b.value[1]) - Number(a.value[1]))
        .slice(0, 12)
        .map((item) => {
          const one = series[item.seriesIndex]
          const value = Number(item.value[1])
          const word = format.text(wordOf(value, { bands, figure }))
          const unit = one?.unit && one.unit !== '1' && !word ? ` ${one.unit}` : ''
          const said = word ? escapeHtml(word) : format.number(value, one?.decimals)
          return `<div>${item.marker}${escapeHtml(item.seriesName)} <b>${said}</b>${escapeHtml(unit)}</div>`
        })
      const at = series[first.seriesIndex]?.points[first.dataIndex]?.[0]
      return `<div>${at === undefined ? '' : format.step(at, grain)}</div>${lines.join('')}${hint ? `<div style="opacity:0.75">${escapeHtml(hint)}</div>` : ''}`
    },
  }
}
