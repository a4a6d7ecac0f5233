/** How decimals and groups are written: 1.234,5 or 1,234.5. */
export type Notation = 'vi' | 'en'
/** A number as it was read; `other` is what the other notation would make of the same signs, where that differs. */
export type Reading = { value: number; doubt: boolean; other: number | null }

const shapes: Record<Notation, RegExp> = {
  vi: /^[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?$/,
  en: /^[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?$/,
}

/** Signs of a number without the blanks between its groups and with a plain minus. */
function signs(text: string): string {
  return text.trim().replaceAll('\u2212', '-').replace(/(?<=\d)[\s\u00a0\u202f](?=\d{3})/g, '')
}

function readAs(clean: string, notation: Notation): number | null {
  if (!shapes[notation].test(clean)) return null
  const [group, point] = notation === 'vi' ? ['.', ','] : [',', '.']
  return Number(clean.replaceAll(group, '').replace(point, '.'))
}

/** Read what somebody typed, in their notation first; null where it is no number in either. */
export function readNumber(text: string, notation: Notation): Reading | null {
  const clean = signs(text)
  const own = readAs(clean, notation)
  const other = readAs(clean, notation === 'vi' ? 'en' : 'vi')
  if (own !== null) return { value: own, doubt: other !== null && other !== own, other: other === own ? null : other }
  return other === null ? null : { value: other, doubt: true, other: null }
}

/** How a block was read: its own signs say so, they could mean either, or its cells are at odds with each other. */
export type BlockNotation = { notation: Notation; why: 'plain' | 'sure' | 'either' | 'mixed' }

/** Decide in which notation the numbers of a pasted block are written; where nothing tells, in the reader's. */
export function blockNotation(cells: readonly string[], own: Notation): BlockNotation {
  let [vi, en, either] = [0, 0, 0]
  for (const cell of cells) {
    const clean = signs(cell)
    const [asVi, asEn] = [readAs(clean, 'vi'), readAs(clean, 'en')]
    if (asVi !== null && asEn === null) vi += 1
    else if (asEn !== null && asVi === null) en += 1
    else if (asVi !== asEn) either += 1
  }
  if (vi > 0 && en > 0) return { notation: own, why: 'mixed' }
  if (vi > 0) return { notation: 'vi', why: 'sure' }
  if (en > 0) return { notation: 'en', why: 'sure' }
  return { notation: own, why: either > 0 ? 'either' : 'plain' }
}

/** A number as it is typed: without groups, so that a digit more or less changes no other. */
export function typed(value: number, notation: Notation): string {
  const plain = value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 12 })
  return notation === 'vi' ? plain.replace('.', ',') : plain
}

/** A number as it is read: with groups and every decimal it has. */
export function grouped(value: number, notation: Notation): string {
  return value.toLocaleString(notation === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 12 })
}

/** By what share a figure changed; null where that cannot be said. */
export function shareOfChange(now: unknown, was: unknown): number | null {
  return typeof now === 'number' && typeof was === 'number' && was !== 0 ? (now - was) / Math.abs(was) : null
}
