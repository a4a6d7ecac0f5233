import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
} from 'echarts/components'
import { type EChartsType, init, registerLocale, use } from 'echarts/core'
import vi from 'echarts/i18n/langVI-obj.js'
import { CanvasRenderer } from 'echarts/renderers'

use([
  LineChart, BarChart, HeatmapChart, ScatterChart, GridComponent, TooltipComponent, AriaComponent, MarkLineComponent,
  MarkAreaComponent, VisualMapComponent, CanvasRenderer,
])
registerLocale('VI', vi)

export function openChart(element: HTMLElement, language: 'vi' | 'en'): EChartsType {
  const devicePixelRatio = window.devicePixelRatio * (element.currentCSSZoom || 1)
  return init(element, undefined, { renderer: 'canvas', devicePixelRatio, locale: language === 'vi' ? 'VI' : 'EN' })
}
