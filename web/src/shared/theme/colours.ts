import { useComputedColorScheme } from '@mantine/core'
import { createContext, use, useMemo } from 'react'

import type { State } from '@/shared/api/types'

export type Colours = {
  state: Record<State, string>
  soft: Record<State, string>
  series: string[]
  rest: string
  text: string
  dimmed: string
  grid: string
  surface: string
  sunken: string
  border: string
  strong: string
  /** `picture` is how bright pictures below the map's layers may be, from 0 to 1. */
  map: { sea: string; land: string; home: string; line: string; picture: number }
}

/** The element whose theme is in force; the document's root unless a part of the screen has its own. */
export const ThemeRoot = createContext<HTMLElement | null>(null)

/** The colours of tokens.css as values, for canvases (charts, maps) that cannot read CSS. */
export function useColours(): Colours {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false })
  const root = use(ThemeRoot)
  return useMemo(() => readColours(root ?? document.documentElement, scheme), [root, scheme])
}

function readColours(root: HTMLElement, _scheme: string): Colours {
  const style = getComputedStyle(root)
  const get = (name: string) => style.getPropertyValue(name).trim() || '#888888'
  return {
    state: {
      good: get('--tc-good'),
      watch: get('--tc-watch'),
      bad: get('--tc-bad'),
      unknown: get('--tc-unknown'),
    },
    soft: {
      good: get('--tc-good-soft'),
      watch: get('--tc-watch-soft'),
      bad: get('--tc-bad-soft'),
      unknown: get('--tc-unknown-soft'),
    },
    series: [1, 2, 3, 4].map((number) => get(`--tc-series-${number}`)),
    rest: get('--tc-series-rest'),
    text: get('--mantine-color-text'),
    dimmed: get('--mantine-color-dimmed'),
    grid: get('--tc-grid'),
    surface: get('--tc-surface'),
    sunken: get('--tc-sunken'),
    border: get('--tc-border'),
    strong: get('--tc-border-strong'),
    map: { sea: get('--tc-sea'), land: get('--tc-land'), home: get('--tc-home'), line: get('--tc-line'), picture: Number(get('--tc-picture-light')) || 1 },
  }
}
