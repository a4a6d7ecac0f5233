import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { useIndicators } from './use-answer'
import { type BoardView, limitsOf } from './widget-query'

/** What a widget cannot follow of the board's pickers and choices, in words; undefined when it follows all. */
export function useLimits(widget: Widget, view: BoardView): string | undefined {
  const { t } = useTranslation()
  const format = useFormat()
  const indicators = useIndicators()
  const limits = useMemo(() => limitsOf(widget, view, [...indicators.values()]), [widget, view, indicators])
  const read = limits.flatMap((limit) => (limit.kind === 'pick' ? limit.pick.datasets.slice(0, 1) : []))
  const datasets = useQueries({ queries: [...new Set(read)].map((id) => ask.dataset(id)) })
  if (limits.length === 0) return undefined
  const titles = datasets.flatMap(({ data }) => data?.columns ?? [])
  const words = limits.map((limit) =>
    limit.kind === 'pick'
      ? format.text(titles.find(({ name }) => name === limit.pick.column)?.title) || limit.pick.column
      : t(`board.limits.${limit.kind}`),
  )
  return t('board.limits.said', { what: [...new Set(words)].map((word) => word.toLocaleLowerCase(format.language)).join(', ') })
}
