import type { DatasetColumn, Scalar, Widget } from '@/shared/api/types'

/** Bounds of a number, as a query takes them. */
export type Bounds = { ge?: number; le?: number }

/** How the values of a column are chosen: among declared ones, yes or no, between bounds, or typed. */
export type Choice = 'codes' | 'boolean' | 'bounds' | 'words'

/** How a column may be filtered; null when it may not. */
export function choiceOf({ codes, type }: Pick<DatasetColumn, 'codes' | 'type'>): Choice | null {
  if (codes) return 'codes'
  if (type === 'boolean') return 'boolean'
  if (type === 'integer' || type === 'number') return 'bounds'
  return type === 'text' || type === 'code' ? 'words' : null
}

function isScalar(value: unknown): value is Exclude<Scalar, null> {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The values that a condition allows, as texts. */
export function valuesOf(condition: unknown): string[] {
  if (isScalar(condition)) return [String(condition)]
  return Array.isArray(condition) ? condition.filter(isScalar).map(String) : []
}

/** The bounds that a condition sets; one value is both. */
export function boundsOf(condition: unknown): Bounds {
  if (typeof condition === 'number') return { ge: condition, le: condition }
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return {}
  const { ge, le } = condition as Record<string, unknown>
  return { ...(typeof ge === 'number' ? { ge } : {}), ...(typeof le === 'number' ? { le } : {}) }
}

/** Whether the fields of `choice` can show a condition without losing part of it. */
export function shows(choice: Choice, condition: unknown): boolean {
  if (condition === undefined) return true
  if (choice !== 'bounds') return isScalar(condition) || Array.isArray(condition)
  if (typeof condition === 'number') return true
  const known = typeof condition === 'object' && condition !== null && !Array.isArray(condition)
  return known && Object.entries(condition).every(([name, value]) => value === null || name === 'ge' || name === 'le')
}

/** The widget with another condition on a column; one that says nothing is left out. */
export function withCondition(widget: Widget, column: string, condition: Scalar | Scalar[] | Bounds | undefined): Widget {
  const { [column]: _before, ...others } = widget.where ?? {}
  const empty =
    condition === undefined || condition === null ||
    (Array.isArray(condition) ? condition.length === 0 : typeof condition === 'object' && Object.keys(condition).length === 0)
  return { ...widget, where: empty ? others : { ...others, [column]: condition } }
}
