import { useWindowEvent } from '@mantine/hooks'

/** What closes by itself at Escape, and lies over whatever else would listen. */
const overlays = '[role="menu"], [role="listbox"], [role="dialog"]:not([data-full-screen])'

let covered = false

/** Note, before anything else hears of it, whether something lies over the screen when Escape is pressed. Called once, first. */
export function watchEscape(): void {
  window.addEventListener(
    'keydown',
    ({ key }) => {
      if (key === 'Escape') covered = [...document.querySelectorAll(overlays)].some((overlay) => overlay.checkVisibility())
    },
    true,
  )
}

/** Leave by Escape, unless a menu or dialog over it takes the key. */
export function useEscape(leave: () => void): void {
  useWindowEvent('keydown', ({ key }) => {
    if (key === 'Escape' && !covered) leave()
  })
}
