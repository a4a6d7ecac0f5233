import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import type { Indicator } from '@/shared/api/types'
import { figureText, wordOf } from '@/shared/chart/bands'
import { timeOption } from '@/shared/chart/time-option'
import { Formatter } from '@/shared/format/formatter'
import { type Colours } from '@/shared/theme/colours'
import { TableWidget } from '@/shared/widgets/table-widget'

import { answerOf, indicator, say, stage, widget } from './stage'

const bands: Indicator['bands'] = [
  { state: 'good', from: null, below: 1, title: say('Dưới báo động 1', 'Below level 1'), colour: null },
  { state: 'bad', from: 1, below: 3, title: say('Báo động', 'Warning'), colour: null },
]
const alarm = indicator({ id: 'd.alarm', unit: 'cấp', bands, figure: 'band', dimensions: ['river'] })
const format = new Formatter('vi', 'Asia/Ho_Chi_Minh')

describe('a measure that is read in words', () => {
  it('gives the title of its band, and the number where no band has it', () => {
    expect(wordOf(1, alarm)?.en).toBe('Warning')
    expect(figureText(0, alarm, 'cấp', 0, format)).toBe('Dưới báo động 1')
    expect(figureText(7, alarm, 'cấp', 0, format)).toBe('7 cấp')
    expect(figureText(1, { bands, figure: 'number' }, 'cấp', 0, format)).toBe('1 cấp')
    expect(wordOf(null, alarm)).toBeUndefined()
  })

  it('is said in a chart by its words', () => {
    const colours = new Proxy({ series: [] as string[], state: {} }, { get: (has, name) => Reflect.get(has, name) ?? '#000' }) as unknown as Colours
    const points: [number, number | null][] = [[0, 0], [3_600_000, 1]]
    const option = timeOption({
      kind: 'line', series: [{ name: 'Cấm', points, unit: 'cấp', decimals: 0, role: 'main' }], grain: 'hour', period: null,
      bands, figure: 'band', target: null, targetName: '', colours, format,
    }) as unknown as { yAxis: { axisLabel: { formatter: (value: number) => string } }; tooltip: { formatter: (items: unknown) => string } }
    expect([0, 1, 2].map(option.yAxis.axisLabel.formatter)).toEqual(['0', 'Báo động', '2'])
    const tip = option.tooltip.formatter({ seriesName: 'Cấm', value: [0, 1], marker: '', seriesIndex: 0, dataIndex: 1 })
    expect(tip).toContain('<b>Báo động</b>')
    expect(tip).not.toContain('cấp')
  })

  it('stands in a table without number and unit', async () => {
    const answer = answerOf([['river', 'dimension'], ['d.alarm', 'value', 'cấp']], [['Cấm', 1]])
    const shown = widget({ kind: 'table', indicators: ['d.alarm'], by: ['river'] })
    await stage(<TableWidget view={{ boardLast: '7d' }} widget={shown} />, {
      indicators: [alarm], answers: [[{ indicators: ['d.alarm'], time: { last: '7d' }, by: ['river'] }, answer]],
    })
    expect(screen.getByText('Báo động')).toBeTruthy()
    expect(screen.queryByText(/cấp/)).toBeNull()
  })
})
