import { useEffect, useState } from 'react'

const longest = 2000

/** True for good once the browser has had nothing better to do after `ready`. */
export function useIdle(ready: boolean): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    if (!ready || idle) return undefined
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(() => setIdle(true), longest / 4)
      return () => clearTimeout(timer)
    }
    const asked = requestIdleCallback(() => setIdle(true), { timeout: longest })
    return () => cancelIdleCallback(asked)
  }, [ready, idle])
  return idle
}
