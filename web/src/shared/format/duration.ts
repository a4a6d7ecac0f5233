const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const
type Unit = keyof typeof seconds

/** Seconds of a duration written as "90s", "15m", "1h30m", "7d" or "2w"; null when it is none. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(text) || text === '') return null
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/g)) total += Number(count) * seconds[unit as Unit]
  return total
}

/** The largest whole unit of a span and how many: 5400 s is 90 minutes, 86400 s is 1 day. */
export function splitDuration(span: number): { count: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  if (span < 90) return { count: Math.round(span), unit: 'second' }
  if (span < 5400) return { count: Math.round(span / 60), unit: 'minute' }
  if (span < 172_800) return { count: Math.round(span / 3600), unit: 'hour' }
  return { count: Math.round(span / 86_400), unit: 'day' }
}
