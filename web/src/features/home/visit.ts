import { useEffect, useState } from 'react'

/** A visit to home ends when nobody has looked at it for this long. */
export const apart = 30 * 60_000
const every = 60_000

/** One person's visit: until when the one before it lasted, null for the first, and when home was last looked at. */
export type Visit = { since: number | null; seen: number }

/** The visit that goes on at `now`, or a new one that looks back to the end of the one before. */
export function visitAt(kept: Visit | null, now: number): Visit {
  if (!kept) return { since: null, seen: now }
  return { since: now - kept.seen > apart ? kept.seen : kept.since, seen: now }
}

const place = (person: string) => `tc-home-visit:${person}`

function kept(person: string): Visit | null {
  try {
    const found = JSON.parse(localStorage.getItem(place(person)) ?? 'null') as Partial<Visit> | null
    if (typeof found?.seen !== 'number') return null
    return { since: typeof found.since === 'number' ? found.since : null, seen: found.seen }
  } catch {
    return null
  }
}

/** Note that home is looked at now. */
function look(person: string): Visit {
  const visit = visitAt(kept(person), Date.now())
  try {
    localStorage.setItem(place(person), JSON.stringify(visit))
  } catch {
    // A browser that keeps nothing shows every visit as the first.
  }
  return visit
}

/** When `person` last looked at home in this browser before the visit that goes on; null on the first one. */
export function useLastVisit(person: string): number | null {
  const [visit, setVisit] = useState(() => ({ person, since: look(person).since }))
  useEffect(() => {
    const seen = () => {
      const { since } = look(person)
      setVisit((before) => (before.person === person && before.since === since ? before : { person, since }))
    }
    seen()
    const timer = setInterval(() => document.hidden || seen(), every)
    document.addEventListener('visibilitychange', seen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [person])
  return visit.person === person ? visit.since : null
}
