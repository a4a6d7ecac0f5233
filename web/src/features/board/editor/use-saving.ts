import { useMutation, useQueryClient } from '@tanstack/react-query'

import { call, Problem } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Board } from '@/shared/api/types'

import { bodyOf } from './draft'
import type { Editor } from './use-editor'

/** As the board's own newest version, over a newer one of somebody else, or as a new board. */
export type Way = { how: 'change' } | { how: 'over'; version: number } | { how: 'copy' }

/** Save what is on the bench, or delete the board. */
export function useSaving(editor: Editor, onSaved: (board: Board) => void, onRemoved: () => void) {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (way: Way) => {
      const { id, version } = editor.origin
      if (version === null || way.how === 'copy') return call<Board>('/boards', { method: 'POST', body: bodyOf(editor.draft, null) })
      const body = bodyOf(editor.draft, way.how === 'over' ? way.version : version)
      return call<Board>(`/boards/${encodeURIComponent(id)}`, { method: 'PUT', body })
    },
    onSuccess: async (board) => {
      editor.finish()
      client.setQueryData(ask.board(board.id).queryKey, board)
      void client.invalidateQueries({ queryKey: ask.boards().queryKey })
      void client.invalidateQueries({ queryKey: ask.boardVersions(board.id).queryKey })
      onSaved(board)
    },
  })
  const remove = useMutation({
    mutationFn: () => call<undefined>(`/boards/${encodeURIComponent(editor.origin.id)}`, { method: 'DELETE' }),
    onSuccess: () => {
      editor.finish()
      void client.invalidateQueries({ queryKey: ask.boards().queryKey })
      onRemoved()
    },
  })
  const conflict = save.error instanceof Problem && save.error.code === 'conflict'
  const gone = save.error instanceof Problem && (save.error.code === 'not_found' || save.error.code === 'not_allowed')
  return { save, remove, conflict, gone }
}

export type Saving = ReturnType<typeof useSaving>
