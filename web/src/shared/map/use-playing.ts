import { useReducedMotion } from '@mantine/hooks'
import { useCallback, useEffect, useRef, useState } from 'react'

import type { Span } from './use-tracks'

/** How often what is said about the moment is written anew while it moves, in milliseconds. */
const tellEvery = 250
const calm = 1000

export type Playing = {
  /** The moment that is shown, in milliseconds since 1970. */
  moment: number
  playing: boolean
  speed: number
  setSpeed: (speed: number) => void
  toggle: () => void
  /** Go to a moment; whoever drags comes to rest when they let go. */
  go: (moment: number) => void
}

/** The next moment after some real time: never past the end. */
export function advanced(moment: number, real: number, speed: number, { to }: Span): number {
  return Math.min(to, moment + real * speed)
}

/** A clock that runs over a period by itself. `draw` is called for each picture, `rest` when the moment stands again. */
export function usePlaying(span: Span, start: number, draw: (moment: number) => void, rest: (moment: number) => void): Playing {
  const steps = useReducedMotion()
  const [told, setTold] = useState({ start, at: start })
  const moment = told.start === start ? told.at : start
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState(300)
  const now = useRef(start)
  const handlers = useRef({ draw, rest })
  const settling = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    handlers.current = { draw, rest }
  })
  const show = useCallback((at: number) => {
    now.current = at
    handlers.current.draw(at)
  }, [])
  useEffect(() => {
    show(start)
  }, [start, show])
  useEffect(() => () => clearTimeout(settling.current), [])
  useEffect(() => {
    if (!playing) return undefined
    let frame = 0
    let before = performance.now()
    let said = before
    const stop = () => {
      setPlaying(false)
      setTold({ start, at: now.current })
      handlers.current.rest(now.current)
    }
    const next = (at: number) => {
      frame = requestAnimationFrame(next)
      if (steps && at - before < calm) return
      show(advanced(now.current, at - before, speed, span))
      before = at
      if (at - said >= tellEvery) {
        said = at
        setTold({ start, at: now.current })
      }
      if (now.current >= span.to) stop()
    }
    frame = requestAnimationFrame(next)
    return () => cancelAnimationFrame(frame)
  }, [playing, speed, span, steps, show, start])
  const go = useCallback(
    (at: number) => {
      const kept = Math.max(span.from, Math.min(span.to, at))
      setPlaying(false)
      show(kept)
      setTold({ start, at: kept })
      clearTimeout(settling.current)
      settling.current = setTimeout(() => handlers.current.rest(kept), 400)
    },
    [span, show, start],
  )
  const toggle = useCallback(() => {
    if (playing) {
      setPlaying(false)
      setTold({ start, at: now.current })
      handlers.current.rest(now.current)
      return
    }
    if (now.current >= span.to) show(span.from)
    clearTimeout(settling.current)
    setPlaying(true)
  }, [playing, span, show, start])
  return { moment, playing, speed, setSpeed, toggle, go }
}
