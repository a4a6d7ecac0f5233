import { type RefObject, useEffect, useRef } from 'react'

/** Escape inside an element, where nothing in it has taken the key: does what is uppermost, if there is anything to do. */
export function useEscape(box: RefObject<HTMLElement | null>, ways: readonly (false | (() => void))[]): void {
  const latest = useRef(ways)
  useEffect(() => {
    latest.current = ways
  })
  useEffect(() => {
    const element = box.current
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      const leave = latest.current.find((one) => one !== false)
      if (!leave) return
      event.preventDefault()
      leave()
    }
    element?.addEventListener('keydown', pressed)
    return () => element?.removeEventListener('keydown', pressed)
  }, [box])
}
