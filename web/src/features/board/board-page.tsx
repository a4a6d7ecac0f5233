import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Board } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'

import { BoardGrid } from './board-grid'
import classes from './board-page.module.css'
import { type BoardSearch, boardView } from './board-search'
import { Toolbar } from './toolbar'

type Props = { id: string; search: BoardSearch; onSearch: (change: BoardSearch) => void }

/** A field's board, drawn from its declaration. */
export function BoardPage({ id, search, onSearch }: Props) {
  const found = useQuery(ask.board(id))
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
  return <Loaded board={found.data} onSearch={onSearch} search={search} />
}

type LoadedProps = { board: Board; search: BoardSearch; onSearch: (change: BoardSearch) => void }

function Loaded({ board, search, onSearch }: LoadedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const view = boardView(board, search)
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <h1 className={classes.title}>{format.text(board.title)}</h1>
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
