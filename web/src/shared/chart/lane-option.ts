import type { EChartsCoreOption } from 'echarts/core'

import { chartFrame, tipLook } from '@/shared/chart/chart-frame'
import type { Formatter } from '@/shared/format/formatter'
import type { Colours } from '@/shared/theme/colours'

import { escapeHtml } from '@/shared/format/escape-html'

export type LaneMark = { at: number; lane: number; lines: string[] }

type Input = {
  lanes: string[]
  marks: LaneMark[]
  period: [number, number]
  colours: Colours
  format: Formatter
}

const day = 86_400_000

/** Single happenings as strokes along time, each in its lane. */
export function laneOption({ lanes, marks, period, colours, format }: Input): EChartsCoreOption {
  const long = period[1] - period[0] > 2 * day
  return {
    ...chartFrame({ left: 4, right: 14, top: 6, bottom: 2 }),
    tooltip: {
      ...tipLook(colours),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const mark = marks[dataIndex]
        if (!mark) return ''
        return [format.moment(mark.at), ...mark.lines].map((line) => `<div>${escapeHtml(line)}</div>`).join('')
      },
    },
    xAxis: {
      type: 'time',
      min: format.wallTime(period[0]),
      max: format.wallTime(period[1]),
      axisLabel: {
        color: colours.dimmed,
        fontSize: 12,
        hideOverlap: true,
        formatter: (wall: number) => {
          const [date = '', clock = ''] = new Date(wall).toISOString().split('T')
          const [, month = '', dayOfMonth = ''] = date.split('-')
          return clock.startsWith('00:00') ? `${dayOfMonth}/${month}` : long ? '' : clock.slice(0, 5)
        },
      },
      axisLine: { lineStyle: { color: colours.strong } },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.grid } },
    },
    yAxis: {
      type: 'category',
      data: lanes,
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.text, fontSize: 12, width: 150, overflow: 'truncate' },
      splitArea: { show: true, areaStyle: { color: ['transparent', colours.sunken] } },
    },
    series: [
      {
        type: 'scatter',
        data: marks.map(({ at, lane }) => [format.wallTime(at), lane]),
        symbol: 'rect',
        symbolSize: [5, 15],
        itemStyle: { color: colours.series[0], opacity: 0.75, borderColor: colours.surface, borderWidth: 1 },
        emphasis: { itemStyle: { opacity: 1, borderColor: colours.text } },
      },
    ],
  }
}
