import type { ExpressionSpecification } from 'maplibre-gl'

import type { Layer } from '@/shared/api/types'

/** What stands beside a point: its name, and below it the value with its unit or the word for it. */
export function pointLabel(layer: Layer, locale: string): ExpressionSpecification {
  const unit = layer.unit && layer.unit !== '1' && layer.unit !== 'AQI' ? ` ${layer.unit}` : ''
  const number: ExpressionSpecification = [
    'concat', ['number-format', ['get', 'value'], { locale, 'max-fraction-digits': layer.decimals ?? 1 }], unit,
  ]
  const words = layer.figure === 'band' ? layer.legend.filter(({ title }) => title) : []
  const said = words.reduceRight<ExpressionSpecification>(
    (other, { from, below, title }) => [
      'case',
      ['all', ['>=', ['get', 'value'], from ?? -Number.MAX_VALUE], ['<', ['get', 'value'], below ?? Number.MAX_VALUE]],
      (locale.startsWith('vi') ? title?.vi : title?.en) ?? '',
      other,
    ],
    number,
  )
  return ['format', ['coalesce', ['get', 'label'], ''], {}, ['case', ['has', 'value'], ['concat', '\n', said], ''], {}]
}
