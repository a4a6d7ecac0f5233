import type { TFunction } from 'i18next'

import { parseDuration } from '@/shared/format/duration'
import type { Formatter } from '@/shared/format/formatter'

type Period = { last?: string | null; from?: string | null; to?: string | null }

/** "7 ngày qua", or the two ends. */
export function periodText(period: Period, t: TFunction, format: Formatter): string {
  if (period.last) {
    const seconds = parseDuration(period.last)
    if (seconds === null) return period.last
    if (seconds === 31_536_000) return t('board.period.lastYear')
    return t('common.last', { span: format.span(seconds) })
  }
  if (!period.from) return ''
  const end = period.to ? format.date(Date.parse(period.to) - 1) : t('common.now')
  return `${format.date(period.from)} – ${end}`
}
