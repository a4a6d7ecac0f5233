import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'

import { ask } from '@/shared/api/queries'
import type { Board } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { useIndicators } from '@/shared/widgets/use-answer'
import { useNames } from '@/shared/widgets/use-names'
import type { Pick } from '@/shared/widgets/widget-query'

import { boardPicks, type Picks } from './board-search'

/** A choice, with what it says to people. */
export type NamedPick = Pick & { said: string }

/** What was chosen in the widgets of a board, in words. */
export function usePicks(board: Board, picks: Picks | undefined): NamedPick[] {
  const format = useFormat()
  const indicators = useIndicators()
  const chosen = useMemo(() => boardPicks(board, picks, (name) => indicators.get(name)?.dataset), [board, picks, indicators])
  const datasets = [...new Set(chosen.flatMap((pick) => pick.datasets.slice(0, 1)))]
  const columns = useMemo(() => chosen.map(({ column }) => column), [chosen])
  const name = useNames(datasets, columns)
  const declared = useQueries({ queries: datasets.map((id) => ask.dataset(id)) })
  const titles = declared.flatMap(({ data }) => data?.columns ?? [])
  return chosen.map((pick) => {
    const title = format.text(titles.find((column) => column.name === pick.column)?.title) || pick.column
    return { ...pick, said: `${title}: ${name(pick.column, pick.value)}` }
  })
}
