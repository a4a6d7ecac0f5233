import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Board, Session } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'

import { BoardGrid } from './board-grid'
import classes from './board-page.module.css'
import { type BoardSearch, boardView } from './board-search'
import { keptDraft, mayChange, mayDesign } from './editor/draft'
import { Toolbar } from './toolbar'

const BoardEditor = lazy(() => import('./editor/board-editor').then((module) => ({ default: module.BoardEditor })))

type Props = {
  id: string
  search: BoardSearch
  onSearch: (change: BoardSearch) => void
  /** Goes to a board that was just saved, or home when one was deleted. */
  onBoard: (id: string | null) => void
}

/** A field's board, drawn from its declaration. */
export function BoardPage({ id, search, onSearch, onBoard }: Props) {
  const found = useQuery(ask.board(id))
  const { data: session } = useQuery(ask.session())
  if (found.isError && !found.data) {
    return (
      <div className={classes.page}>
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
      </div>
    )
  }
  if (!found.data) {
    return (
      <div className={classes.page}>
        <Skeleton height={40} width={320} />
        <Skeleton height={480} mt="md" />
      </div>
    )
  }
  const maker = mayDesign(session) ? session : undefined
  if (search.edit && maker) {
    return (
      <Suspense fallback={<Skeleton height={480} m="md" />}>
        <BoardEditor
          board={found.data}
          onClose={() => onSearch({ edit: undefined })}
          onRemoved={() => onBoard(null)}
          onSaved={(board) => onBoard(board.id)}
          session={maker}
        />
      </Suspense>
    )
  }
  return <Loaded board={found.data} maker={maker} onSearch={onSearch} search={search} />
}

type LoadedProps = { board: Board; maker: Session | undefined; search: BoardSearch; onSearch: (change: BoardSearch) => void }

function Loaded({ board, maker, search, onSearch }: LoadedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const view = boardView(board, search)
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <div className={classes.tools}>
            <h1 className={classes.title}>{format.text(board.title)}</h1>
            {maker ? (
              <Button
                leftSection={<Icon name={mayChange(board, maker) ? 'pencil' : 'copy'} size={15} />}
                onClick={() => onSearch({ edit: true })}
                size="compact-sm"
                variant="subtle"
              >
                {keptDraft(maker.viewer.id, board.id) ? t('board.resume') : t(mayChange(board, maker) ? 'board.edit' : 'board.copy')}
              </Button>
            ) : null}
          </div>
          {board.description ? <p className={classes.description}>{format.text(board.description)}</p> : null}
        </div>
        <Toolbar board={board} onChange={onSearch} search={search} />
      </header>
      {search.as_of ? (
        <div className={classes.past} role="status">
          <Icon name="history" size={16} />
          <span>{t('board.asOf.banner', { at: format.moment(search.as_of) })}</span>
          <Button onClick={() => onSearch({ as_of: undefined })} size="compact-sm" variant="default">
            {t('board.asOf.back')}
          </Button>
        </div>
      ) : null}
      <Suspense fallback={<Skeleton height={480} />}>
        <BoardGrid onArea={(area) => onSearch({ area })} view={view} widgets={board.widgets} />
      </Suspense>
    </div>
  )
}
