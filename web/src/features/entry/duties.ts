import type { Duty } from '@/shared/api/types'

import { type EntrySearch, type Group, groups } from './entry-search'

const over = new Set<Duty['state']>(['approved', 'locked'])

/** Under which heading a submission is listed. */
export function groupOf({ state, late, revision }: Duty): Group {
  if (over.has(state)) return 'done'
  if (state === 'returned') return 'returned'
  if (late) return 'late'
  if (state === 'submitted' || state === 'checked') return 'waiting'
  return revision > 1 ? 'correcting' : 'soon'
}

/** What the filters of the address leave. */
export function wantedDuties(duties: readonly Duty[], { form, unit, mine }: EntrySearch): Duty[] {
  return duties.filter(
    (duty) => (form === undefined || duty.dataset === form) && (unit === undefined || duty.unit === unit) && (!mine || duty.waits),
  )
}

/** The submissions under their headings; what is done the newest first, everything else the most urgent first. */
export function grouped(duties: readonly Duty[]): { group: Group; duties: Duty[] }[] {
  const urgent = duties.toSorted((a, b) => a.due.localeCompare(b.due))
  return groups.flatMap((group) => {
    const found = (group === 'done' ? duties : urgent).filter((duty) => groupOf(duty) === group)
    return found.length > 0 ? [{ group, duties: found }] : []
  })
}

/** How a unit keeps its times: of what has fallen due, how much came in time, late, or not yet. */
export type Punctuality = { unit: string; due: number; onTime: number; tardy: number; missing: number; days: number }

/** Every unit's punctuality, those that owe most first. `now` in milliseconds. */
export function punctuality(duties: readonly Duty[], now: number): Punctuality[] {
  const found = new Map<string, Punctuality>()
  for (const duty of duties) {
    if (Date.parse(duty.due) > now && duty.submitted === null) continue
    const unit = found.get(duty.unit) ?? { unit: duty.unit, due: 0, onTime: 0, tardy: 0, missing: 0, days: 0 }
    found.set(duty.unit, unit)
    unit.due += 1
    if (duty.submitted === null) {
      unit.missing += 1
      unit.days = Math.max(unit.days, duty.late_days)
    } else if (Date.parse(duty.submitted) <= Date.parse(duty.due)) unit.onTime += 1
    else unit.tardy += 1
  }
  return [...found.values()].sort((a, b) => b.missing - a.missing || b.days - a.days || a.onTime / a.due - b.onTime / b.due || a.unit.localeCompare(b.unit))
}
