import { useEffect, useState } from 'react'

/** Milliseconds for which what came in is marked as new. */
export const freshFor = 12_000

type Seen = { joined: string; all: ReadonlySet<string>; fresh: ReadonlySet<string> }

/** Which of these keys came with the last change, for a while; what is there at first is not new. */
export function useFresh(keys: readonly string[]): ReadonlySet<string> {
  const joined = keys.join('\n')
  const [seen, setSeen] = useState<Seen>({ joined, all: new Set(keys), fresh: new Set() })
  if (seen.joined !== joined) {
    const first = seen.all.size === 0
    setSeen({ joined, all: new Set(keys), fresh: new Set(first ? [] : keys.filter((key) => !seen.all.has(key))) })
  }
  useEffect(() => {
    if (seen.fresh.size === 0) return undefined
    const timer = setTimeout(() => setSeen((now) => ({ ...now, fresh: new Set() })), freshFor)
    return () => clearTimeout(timer)
  }, [seen.fresh])
  return seen.fresh
}
