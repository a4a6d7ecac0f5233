/** The share of light of a channel from 0 to 255 (WCAG 2.2, relative luminance). */
function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function luminance(colour: string): number | null {
  const long = colour.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, '#$1$1$2$2$3$3')
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long)
  if (!found) return null
  const [red = 0, green = 0, blue = 0] = found.slice(1).map((part) => linear(Number.parseInt(part, 16)))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The contrast of two colours written as #rrggbb or #rgb, from 1 to 21 (WCAG 2.2); null for another notation. */
export function contrast(one: string, other: string): number | null {
  const [left, right] = [luminance(one), luminance(other)]
  if (left === null || right === null) return null
  return (Math.max(left, right) + 0.05) / (Math.min(left, right) + 0.05)
}
