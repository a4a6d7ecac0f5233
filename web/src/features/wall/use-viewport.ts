import { useEffect, useState } from 'react'

export type Viewport = { zoom: number; width: number; height: number }

/** The shorter side of a screen, in CSS pixels of the wall: 1080 lines make its smallest type, 12 pixels, 28 high. */
const side = 463

function measure(): Viewport {
  const { innerWidth, innerHeight } = window
  const zoom = Math.max(1, Math.min(innerWidth, innerHeight) / side)
  return { zoom, width: innerWidth / zoom, height: innerHeight / zoom }
}

/** How large a wall is drawn: type grows with the screen, from a phone to two 4K displays side by side. */
export function useViewport(): Viewport {
  const [viewport, setViewport] = useState(measure)
  useEffect(() => {
    const follow = () => setViewport(measure())
    window.addEventListener('resize', follow)
    return () => window.removeEventListener('resize', follow)
  }, [])
  return viewport
}
