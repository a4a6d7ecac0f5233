import { useMutation, useQueryClient } from '@tanstack/react-query'

import { call } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Board } from '@/shared/api/types'

/** Make an earlier version the newest again; what there was stays in the list. */
export function useRestoring(id: string, onRestored: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (version: number) =>
      call<Board>(`/boards/${encodeURIComponent(id)}/restore`, { method: 'POST', body: { version } }),
    onSuccess: (board) => {
      client.setQueryData(ask.board(id).queryKey, board)
      void client.invalidateQueries({ queryKey: ask.boards().queryKey })
      void client.invalidateQueries({ queryKey: ask.boardVersions(id).queryKey })
      onRestored()
    },
  })
}
