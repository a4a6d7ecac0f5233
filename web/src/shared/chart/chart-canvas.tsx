import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'

import { useFormat } from '@/shared/format/use-format'

import { openChart } from './echarts-core'

type Props = {
  option: EChartsCoreOption
  /** What the picture says, for people who do not see it. */
  label: string
  onPick?: (seriesIndex: number, dataIndex: number) => void
  /** A press with the mouse inside the axes, in their units; a finger's press shows the values first. */
  onPress?: (x: number, y: number) => void
}

/** A chart that follows the size of its box. Loaded only where a chart is drawn. */
export function ChartCanvas({ option, label, onPick, onPress }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const { language } = useFormat()

  useEffect(() => {
    if (!box.current) return undefined
    const made = openChart(box.current, language)
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      // What is still being drawn piece by piece would go on after the end; drawing nothing at once ends it.
      made.clear()
      made.getZr().flush()
      made.dispose()
      chart.current = null
    }
  }, [language])

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true })
  }, [option, language])

  useEffect(() => {
    const made = chart.current
    if (!made || !onPick) return undefined
    const pick = (event: { seriesIndex?: number; dataIndex: number }) => onPick(event.seriesIndex ?? 0, event.dataIndex)
    made.on('click', pick as never)
    return () => {
      made.off('click', pick as never)
    }
  }, [onPick, language])

  const pressed = useRef(onPress)
  useEffect(() => {
    pressed.current = onPress
  })
  useEffect(() => {
    const made = chart.current
    if (!made) return undefined
    const area = made.getZr()
    const press = ({ offsetX, offsetY, event }: { offsetX: number; offsetY: number; event: unknown }) => {
      const byFinger = event instanceof PointerEvent && event.pointerType === 'touch'
      if (byFinger || !pressed.current || !made.containPixel('grid', [offsetX, offsetY])) return
      const [x, y] = made.convertFromPixel('grid', [offsetX, offsetY])
      if (x !== undefined && y !== undefined) pressed.current(x, y)
    }
    area.on('click', press)
    return () => {
      if (!made.isDisposed()) area.off('click', press)
    }
  }, [language])

  return <div aria-label={label} ref={box} role="img" style={{ width: '100%', height: '100%' }} />
}
