import type { Formatter } from '@/shared/format/formatter'

/** 12.345 bytes as 12,3 kB. */
export function sizeText(bytes: number, format: Formatter): string {
  if (bytes < 1000) return `${format.number(bytes, 0)} B`
  return bytes < 1_000_000 ? `${format.number(bytes / 1000, 1)} kB` : `${format.number(bytes / 1_000_000, 1)} MB`
}
