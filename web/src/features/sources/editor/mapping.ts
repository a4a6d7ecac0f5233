import type { ColumnType, DatasetColumn, Mapped } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'

export type Way = 'same' | 'field' | 'constant' | 'time' | 'expression'
/** How a column is filled, as the form asks it. */
export type Filling = { way: Way; text: string; pattern: string }

const quoted = String.raw`'((?:[^'\\]|\\.)*)'`
const constant = new RegExp(`^${quoted}$`)
const timed = new RegExp(String.raw`^parseDateTimeInJodaSyntaxOrNull\(${'`'}([^${'`'}]+)${'`'}, ${quoted}, ${quoted}\)$`)

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
const unquote = (text: string) => text.replaceAll(/\\(.)/g, '$1')

/** What the form shows for a mapping. */
export function fillingOf(mapped: Mapped | undefined): Filling {
  if (!mapped) return { way: 'same', text: '', pattern: '' }
  if (typeof mapped.field === 'string') return { way: 'field', text: mapped.field, pattern: '' }
  const expression = mapped.expression ?? ''
  const fixed = constant.exec(expression)
  if (fixed) return { way: 'constant', text: unquote(fixed[1] ?? ''), pattern: '' }
  const time = timed.exec(expression)
  if (time) return { way: 'time', text: time[1] ?? '', pattern: unquote(time[2] ?? '') }
  return { way: 'expression', text: expression, pattern: '' }
}

/** The mapping that a filling means; undefined where the raw field has the column's own name. */
export function mappedOf({ way, text, pattern }: Filling, zone: string, before: Mapped | undefined): Mapped | undefined {
  const { unit, codes, empty } = before ?? {}
  const rest: Mapped = { ...(unit ? { unit } : {}), ...(codes ? { codes } : {}), ...(empty && empty.length > 0 ? { empty } : {}) }
  switch (way) {
    case 'same':
      return undefined
    case 'field':
      return { field: text, ...rest }
    case 'constant':
      return { expression: quote(text), ...rest }
    case 'time':
      return { expression: `parseDateTimeInJodaSyntaxOrNull(\`${text.replaceAll('`', '')}\`, ${quote(pattern)}, ${quote(zone)})`, ...rest }
    case 'expression':
      return { expression: text, ...rest }
  }
}

/** A name as one word: lower-case, without diacritics, spaces and signs. */
function bare(name: string): string {
  return fold(name).replaceAll(/[^a-z0-9]/g, '')
}

function parts(name: string): string[] {
  return fold(name.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2'))
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 1)
}

/** How near a raw field is to a name: 0 not at all, 1 the same. */
function nearness(field: string, name: string): number {
  const [a, b] = [bare(field), bare(name)]
  if (a === '' || b === '') return 0
  if (a === b) return 1
  if (Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a))) return 0.5 + (0.4 * Math.min(a.length, b.length)) / Math.max(a.length, b.length)
  const [mine, other] = [new Set(parts(field)), new Set(parts(name))]
  const common = [...mine].filter((part) => other.has(part)).length
  return common === 0 ? 0 : (0.8 * common) / Math.max(mine.size, other.size)
}

const usual: Partial<Record<ColumnType, readonly string[]>> = {
  time: ['time', 'timestamp', 'thoi diem', 'thoi gian', 'ngay gio', 'observed at', 'datetime'],
}
const least = 0.55

type Column = Pick<DatasetColumn, 'name' | 'title' | 'type'>

/** Raw fields that fit columns which nothing fills yet: the nearest pairs first, each field and column once. */
export function suggestMap(columns: readonly Column[], fields: readonly string[], map: Readonly<Record<string, Mapped>>): Record<string, Mapped> {
  const taken = new Set(Object.values(map).flatMap(({ field }) => (field ? [field] : [])))
  const open = columns.filter(({ name }) => !map[name] && !fields.includes(name))
  const free = fields.filter((field) => !taken.has(field) && !columns.some(({ name }) => name === field))
  const pairs = open.flatMap((column) =>
    free.map((field) => {
      const names = [column.name, column.title.vi, column.title.en]
      const score = Math.max(...names.map((name) => nearness(field, name)))
      const typical = Math.max(0, ...(usual[column.type] ?? []).map((name) => nearness(field, name)))
      return { column: column.name, field, score: Math.max(score, 0.9 * typical) }
    }),
  )
  const found: Record<string, Mapped> = {}
  const used = new Set<string>()
  for (const { column, field, score } of pairs.toSorted((a, b) => b.score - a.score)) {
    if (score < least || found[column] || used.has(field)) continue
    found[column] = { field }
    used.add(field)
  }
  return found
}
