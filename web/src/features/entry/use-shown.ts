import { useTranslation } from 'react-i18next'

import type { FormColumn, Scalar } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { grouped } from './numbers'

/** What people read for the value of a column. */
export function useShown(): (column: FormColumn, value: Scalar) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (column, value) => {
    if (value === null || value === '') return '–'
    if (typeof value === 'number') return grouped(value, format.language)
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    const code = column.codes?.[value]
    if (code) return format.text(code)
    return column.type === 'date' ? format.day(value) : value
  }
}
