import { useQuery } from '@tanstack/react-query'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'

/** The title of a board by its name. */
export function useBoardTitle(): (id: string) => string {
  const format = useFormat()
  const { data = [] } = useQuery(ask.boards())
  return (id) => format.text(data.find((board) => board.id === id)?.title) || id
}
