/** The outline of a slice of a ring from one share to another (0 to 1, clockwise from the top) in a box of 100 by 100. */
export function slicePath(from: number, to: number, outer = 48, inner = 27): string {
  const end = to - from >= 1 ? from + 0.99999 : to
  const point = (share: number, radius: number) => {
    const angle = share * 2 * Math.PI
    return `${(50 + radius * Math.sin(angle)).toFixed(3)} ${(50 - radius * Math.cos(angle)).toFixed(3)}`
  }
  const large = end - from > 0.5 ? 1 : 0
  return (
    `M${point(from, outer)}A${outer} ${outer} 0 ${large} 1 ${point(end, outer)}` +
    `L${point(end, inner)}A${inner} ${inner} 0 ${large} 0 ${point(from, inner)}Z`
  )
}

/** Where each part of a whole begins and ends, as shares from 0 to 1. */
export function sharesOf(parts: number[], whole: number): { from: number; to: number }[] {
  const ends = parts.map((_, place) => parts.slice(0, place + 1).reduce((sum, part) => sum + part, 0) / whole)
  return ends.map((end, place) => ({ from: ends[place - 1] ?? 0, to: Math.min(1, end) }))
}
