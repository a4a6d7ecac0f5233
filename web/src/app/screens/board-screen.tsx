import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { BoardPage } from '@/features/board/board-page'
import { newBoardId } from '@/features/board/board-search'
import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { splitName } from '@/shared/ui/names'

import { useTitle } from '../use-title'

const route = getRouteApi('/boards/$pack/$name')

export function BoardScreen() {
  const { pack, name } = route.useParams()
  const { passport: _passport, back: _back, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const go = useNavigate()
  const { t } = useTranslation()
  const format = useFormat()
  const id = `${pack}.${name}`
  const { data: board } = useQuery({ ...ask.board(id), enabled: id !== newBoardId })
  useTitle(board ? format.text(board.title) : id === newBoardId ? t('board.new') : null)
  return (
    <BoardPage
      id={id}
      key={id}
      onBoard={(to) =>
        void (to === null ? go({ to: '/' }) : go({ to: '/boards/$pack/$name', params: splitName(to), search: {} }))
      }
      onSearch={(change) =>
        void navigate({ search: (before) => ({ ...before, ...change }), resetScroll: false })
      }
      search={search}
    />
  )
}
