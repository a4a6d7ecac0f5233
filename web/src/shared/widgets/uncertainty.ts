const z = 1.96

/**
 * The 95 % interval of a share (0 to 1) seen in `cases`, by Wilson's score (Wilson 1927); all of 0 to 1 where nothing
 * was seen.
 */
export function wilson(share: number, cases: number): [number, number] {
  if (cases <= 0) return [0, 1]
  const spread = z * z
  const middle = (share + spread / (2 * cases)) / (1 + spread / cases)
  const half = (z * Math.sqrt((share * (1 - share)) / cases + spread / (4 * cases * cases))) / (1 + spread / cases)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

export type Standing = 'above' | 'below' | 'alike'

/** Whether an interval lies apart from a value. */
export function standing([low, high]: [number, number], whole: number): Standing {
  if (low > whole) return 'above'
  return high < whole ? 'below' : 'alike'
}

type Judged = { value: number | null; interval: [number, number] }

/** Order by what is certain: the worst first where high is good by the upper end, otherwise by the lower end. */
export function bySureness<Row extends Judged>(rows: Row[], direction: 'up' | 'down' | 'none', worstFirst: boolean): Row[] {
  const upper = (direction !== 'down') === worstFirst
  const key = ({ interval, value }: Row) => (value === null ? null : interval[upper ? 1 : 0])
  return rows.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)]
    if (left === null || right === null) return left === null ? (right === null ? 0 : 1) : -1
    return upper ? left - right : right - left
  })
}
