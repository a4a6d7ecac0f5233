import type { DatasetSummary, Direction, Field, State, WorstThing } from '@/shared/api/types'

export type Way = 'worse' | 'better' | 'begun' | 'ended'
/** What became of one figure; `earlier` or `now` is null where it had no value. */
export type Change = { field: Field; earlier: WorstThing | null; now: WorstThing | null; way: Way }
export type DirectionOf = (indicator: string) => Direction

const rank: Record<State, number> = { good: 0, unknown: 0, watch: 1, bad: 2 }
const order: Way[] = ['worse', 'ended', 'better', 'begun']

/** Whether a figure got worse or better: by its state, and inside one state by its band; null where neither changed. */
export function wayOf(then: WorstThing | null, now: WorstThing | null, direction: Direction): Way | null {
  if (!then || !now) return now ? 'begun' : then ? 'ended' : null
  if (then.state === 'unknown' || now.state === 'unknown') return null
  const steps = rank[now.state] - rank[then.state]
  if (steps !== 0) return steps > 0 ? 'worse' : 'better'
  const moved = (now.value ?? 0) - (then.value ?? 0)
  if (then.band?.vi === now.band?.vi || moved === 0 || direction === 'none') return null
  return moved > 0 === (direction === 'down') ? 'worse' : 'better'
}

/** The headline figures that got worse or better, began or ended: the worst first. */
export function changesOf(before: readonly Field[], fields: readonly Field[], directionOf: DirectionOf): Change[] {
  const found = fields.flatMap((field) => {
    const past = before.find(({ id }) => id === field.id)?.figures ?? []
    const names = new Set([...field.figures, ...past].map(({ indicator }) => indicator))
    return [...names].flatMap((name): Change[] => {
      const earlier = past.find(({ indicator }) => indicator === name) ?? null
      const now = field.figures.find(({ indicator }) => indicator === name) ?? null
      const way = wayOf(earlier, now, directionOf(name))
      return way ? [{ field, earlier, now, way }] : []
    })
  })
  const severity = ({ now, earlier }: Change) => -rank[(now ?? earlier)?.state ?? 'unknown']
  return found.toSorted((a, b) => order.indexOf(a.way) - order.indexOf(b.way) || severity(a) - severity(b))
}

/** Whether anything was known at all. */
export function knewSomething(before: readonly Field[]): boolean {
  return before.some(({ figures }) => figures.length > 0)
}

/** Datasets that fell silent after `since`, the newest silence first. */
export function newlySilent(datasets: readonly DatasetSummary[], since: string): { dataset: DatasetSummary; at: string }[] {
  return datasets
    .flatMap((dataset) => {
      const at = dataset.freshness.silent_since
      return at && Date.parse(at) > Date.parse(since) ? [{ dataset, at }] : []
    })
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
}
