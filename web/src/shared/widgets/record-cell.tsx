import type { ColumnType, RecordValue } from '@/shared/api/types'
import type { Formatter } from '@/shared/format/formatter'

import { parseTime } from './answer-view'
import type { NameOf } from './use-names'

type Cell = { name: string; type: ColumnType }

/** The value of a record as people read it. */
export function recordText(column: Cell, value: RecordValue, format: Formatter, name: NameOf, yesNo: [string, string]): string {
  if (value === null || value === '') return '—'
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  switch (column.type) {
    case 'time':
      return Number.isNaN(parseTime(value)) ? String(value) : format.moment(parseTime(value))
    case 'date':
      return format.day(String(value))
    case 'number':
    case 'integer':
      return typeof value === 'number' ? format.exact(value) : String(value)
    case 'boolean':
      return value === true || value === 1 || value === 'true' ? yesNo[0] : yesNo[1]
    default:
      return name(column.name, value)
  }
}

export function isNumeric(type: ColumnType): boolean {
  return type === 'number' || type === 'integer'
}
