import { useWindowEvent } from '@mantine/hooks'
import { type RefObject, useEffect, useRef } from 'react'

/** What closes by itself at Escape, and lies over whatever else would listen; an empty list is closed. */
const overlays = '[role="menu"], [role="listbox"]:not(:empty), [role="dialog"]:not([data-full-screen])'

let covered = false

/** Whether a menu, a list or a dialog lies over the screen. */
export function somethingCovers(): boolean {
  return [...document.querySelectorAll(overlays)].some((overlay) => overlay.checkVisibility())
}

/** Note, before anything else hears of it, whether something lies over the screen when Escape is pressed. Called once, first. */
export function watchEscape(): void {
  window.addEventListener(
    'keydown',
    ({ key }) => {
      if (key === 'Escape') covered = somethingCovers()
    },
    true,
  )
}

/** Leave by Escape, unless something in it, or a menu or dialog over it, takes the key. */
export function useEscape(leave: () => void): void {
  useWindowEvent('keydown', ({ key, defaultPrevented }) => {
    if (key === 'Escape' && !covered && !defaultPrevented) leave()
  })
}

/** Escape inside an element, where nothing in it has taken the key: does what is uppermost, if there is anything to do. */
export function useEscapeWithin(box: RefObject<HTMLElement | null>, ways: readonly (false | (() => void))[]): void {
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
