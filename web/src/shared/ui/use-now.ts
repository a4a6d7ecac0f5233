import { useEffect, useState } from 'react'

/** The present moment, moving on every `every` milliseconds, for ages on the screen. */
export function useNow(every = 15_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
