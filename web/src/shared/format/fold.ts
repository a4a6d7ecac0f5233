/** Lower-case without diacritics ("Đường Lê Lợi" becomes "duong le loi"), as the server folds texts. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/\s+/g, ' ')
    .trim()
}

/** How well `text` answers `wanted` (both as people write them): 0 not at all, higher is better. */
export function matchScore(text: string, wanted: string): number {
  const words = fold(wanted).split(' ').filter(Boolean)
  const folded = fold(text)
  if (words.length === 0) return 1
  if (!words.every((word) => folded.includes(word))) return 0
  const whole = words.join(' ')
  const begins = words.every((word) => ` ${folded}`.includes(` ${word}`))
  const exact = text.toLowerCase().includes(wanted.trim().toLowerCase())
  return 1 + (begins ? 2 : 0) + (folded.startsWith(whole) ? 2 : 0) + (exact ? 1 : 0) + 1 / (1 + folded.length)
}
