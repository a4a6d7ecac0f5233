import type { Grain, Text } from '@/shared/api/types'

import { splitDuration } from './duration'

export type Language = 'vi' | 'en'

type Parts = { year: string; month: string; day: string; hour: string; minute: string; second: string }

/** Everything that people read as a number or a time, in one language and one time zone. */
export class Formatter {
  private readonly locale: string
  private readonly clock: Intl.DateTimeFormat
  private readonly relative: Intl.RelativeTimeFormat

  constructor(
    readonly language: Language,
    readonly zone: string,
  ) {
    this.locale = language === 'vi' ? 'vi-VN' : 'en-GB'
    this.relative = new Intl.RelativeTimeFormat(this.locale, { numeric: 'always' })
    this.clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
  }

  readonly text = (text: Text | null | undefined): string => text?.[this.language] ?? text?.vi ?? ''

  readonly number = (value: number, decimals?: number | null): string =>
    value.toLocaleString(this.locale, {
      minimumFractionDigits: decimals ?? 0,
      maximumFractionDigits: decimals ?? 2,
    })

  /** A measured value as it was sent, to six digits after the comma. */
  readonly exact = (value: number): string => value.toLocaleString(this.locale, { maximumFractionDigits: 6 })

  /** 12.345.678 as 12,3 triệu (12.3M); small numbers stay as they are. */
  readonly compact = (value: number): string =>
    Math.abs(value) < 100_000
      ? this.number(value, 0)
      : value.toLocaleString(this.locale, { notation: 'compact', maximumFractionDigits: 1 })

  /** Metres below a kilometre, then kilometres. */
  readonly metres = (metres: number): string =>
    metres < 1000 ? `${this.number(metres, metres < 10 ? 1 : 0)} m` : `${this.number(metres / 1000, 2)} km`

  /** Square metres below a hectare, hectares below a square kilometre, then those. */
  readonly squareMetres = (surface: number): string => {
    if (surface < 10_000) return `${this.number(surface, 0)} m²`
    return surface < 1e6 ? `${this.number(surface / 10_000, 2)} ha` : `${this.number(surface / 1e6, 2)} km²`
  }

  /** A share from 0 to 1 as whole percent; never rounds up to a perfect 100. */
  readonly percent = (share: number): string => {
    const whole = share >= 1 ? 100 : Math.min(99, Math.round(share * 100))
    return `${whole} %`
  }

  private parts(moment: string | number | Date): Parts {
    const found: Partial<Record<string, string>> = {}
    for (const { type, value } of this.clock.formatToParts(new Date(moment))) found[type] = value
    return found as Parts
  }

  /** dd/MM/yyyy HH:mm in the city's zone. */
  readonly moment = (moment: string | number | Date): string => {
    const { year, month, day, hour, minute } = this.parts(moment)
    return `${day}/${month}/${year} ${hour}:${minute}`
  }

  readonly date = (moment: string | number | Date): string => {
    const { year, month, day } = this.parts(moment)
    return `${day}/${month}/${year}`
  }

  readonly clockTime = (moment: string | number | Date): string => {
    const { hour, minute } = this.parts(moment)
    return `${hour}:${minute}`
  }

  /** A calendar day written as yyyy-MM-dd, shown without any zone. */
  readonly day = (day: string): string => day.slice(0, 10).split('-').toReversed().join('/')

  /** A label of a time axis at a step: 14:00, 05/11, 11/2026... */
  readonly step = (moment: string | number | Date, grain: Grain | null): string => {
    const { year, month, day, hour, minute } = this.parts(moment)
    switch (grain) {
      case 'year':
        return year
      case 'quarter':
        return `${this.language === 'vi' ? 'Q' : 'Q'}${Math.ceil(Number(month) / 3)}/${year}`
      case 'month':
        return `${month}/${year}`
      case 'week':
      case 'day':
        return `${day}/${month}/${year}`
      default:
        return `${hour}:${minute} ${day}/${month}`
    }
  }

  /** Short or full by how near: 14:05 today, otherwise dd/MM/yyyy HH:mm. */
  readonly nearMoment = (moment: string | number | Date, now: number = Date.now()): string =>
    this.date(moment) === this.date(now) ? this.clockTime(moment) : this.moment(moment)

  /** "5 phút trước" */
  readonly ago = (moment: string | number | Date, now: number = Date.now()): string => {
    const span = Math.max(0, (now - new Date(moment).getTime()) / 1000)
    const { count, unit } = splitDuration(span)
    return this.relative.format(-count, unit)
  }

  /** "5 phút" */
  readonly span = (secondsLong: number): string => {
    const { count, unit } = splitDuration(secondsLong)
    return count.toLocaleString(this.locale, { style: 'unit', unit, unitDisplay: 'long' })
  }

  /** Wall clock of the city as yyyy-MM-dd HH:mm:ss, for date pickers. */
  readonly wall = (moment: string | number | Date): string => {
    const { year, month, day, hour, minute, second } = this.parts(moment)
    return `${year}-${month}-${day} ${hour}:${minute}:${second}`
  }

  /** The city's wall clock as milliseconds of an imaginary UTC clock, so that axes count days in the city's zone. */
  readonly wallTime = (moment: number): number => Date.parse(`${this.wall(moment).replace(' ', 'T')}Z`)

  /** The moment at which the city's wall clock shows `wall` (yyyy-MM-dd HH:mm[:ss]), as RFC 3339 in UTC. */
  readonly fromWall = (wall: string): string => {
    const asUtc = Date.parse(`${wall.replace(' ', 'T')}Z`)
    const offset = (at: number) => Date.parse(`${this.wall(at).replace(' ', 'T')}Z`) - at
    const guess = asUtc - offset(asUtc)
    return new Date(asUtc - offset(guess)).toISOString().replace('.000Z', 'Z')
  }
}
