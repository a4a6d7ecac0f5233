import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { may } from '@/shared/api/may'
import { ask } from '@/shared/api/queries'
import type { Board, Session } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { ringOf } from '@/shared/geo/drawing'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { useNames } from '@/shared/widgets/use-names'

import { BoardGrid } from './board-grid'
import classes from './board-page.module.css'
import { type BoardSearch, boardView, newBoardId } from './board-search'
import { blankBoard, keptDraft, mayChange } from './editor/draft'
import { FilterRow } from './filter-row'
import { FullWidget } from './full-widget'
import { SharedWith } from './shared-with'
import { Toolbar } from './toolbar'
import { usePicks } from './use-picks'

const BoardEditor = lazy(() => import('./editor/board-editor').then((module) => ({ default: module.BoardEditor })))
const VersionsDialog = lazy(() => import('./versions/versions-dialog').then((module) => ({ default: module.VersionsDialog })))
const VersionBanner = lazy(() => import('./versions/version-banner').then((module) => ({ default: module.VersionBanner })))

type Props = {
  id: string
  search: BoardSearch
  onSearch: (change: BoardSearch) => void
  /** Goes to a board that was just saved, or home when one was deleted. */
  onBoard: (id: string | null) => void
}

/** A field's board, drawn from its declaration. */
export function BoardPage({ id, search, onSearch, onBoard }: Props) {
  const { t } = useTranslation()
  const blank = id === newBoardId
  const saved = useQuery({ ...ask.board(id), enabled: !blank })
  const { data: session } = useQuery(ask.session())
  const board = blank ? blankBoard : saved.data
  if (saved.isError && !board) {
    return (
      <div className={classes.page}>
        <ErrorNotice error={saved.error} onRetry={() => void saved.refetch()} />
      </div>
    )
  }
  if (!board) {
    return (
      <div className={classes.page}>
        <Skeleton height={40} width={320} />
        <Skeleton height={480} mt="md" />
      </div>
    )
  }
  const maker = may(session, 'design') ? session : undefined
  if ((search.edit || blank) && maker) {
    return (
      <Suspense fallback={<Skeleton height={480} m="md" />}>
        <BoardEditor
          board={board}
          onClose={() => (blank ? onBoard(null) : onSearch({ edit: undefined }))}
          onRemoved={() => onBoard(null)}
          onSaved={(made) => onBoard(made.id)}
          onVersions={() => onSearch({ edit: undefined, versions: true })}
          session={maker}
        />
      </Suspense>
    )
  }
  if (blank) {
    return (
      <div className={classes.page}>
        <h1 className={classes.title}>{t('board.new')}</h1>
        <EmptyNotice hint={t('board.newRefusedHint')} title={t('board.newRefused')} />
      </div>
    )
  }
  return (
    <Suspense fallback={<Skeleton height={480} m="md" />}>
      <Loaded board={board} maker={maker} onSearch={onSearch} search={search} />
    </Suspense>
  )
}

const areaColumns = ['area']

type LoadedProps = { board: Board; maker: Session | undefined; search: BoardSearch; onSearch: (change: BoardSearch) => void }

function Loaded({ board: newest, maker, search, onSearch }: LoadedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const version = search.version === newest.version ? undefined : search.version
  const older = useQuery({ ...ask.boardAt(newest.id, version ?? 0), enabled: version !== undefined })
  const board = version === undefined ? newest : older.data
  const changes = maker !== undefined && mayChange(newest)
  const picks = usePicks(board ?? newest, search.picks)
  const view = useMemo(() => boardView(board ?? newest, search, picks), [board, newest, search, picks])
  const area = useNames([], areaColumns)
  const said = useMemo(
    () => [
      ...(search.area ? [area('area', search.area)] : []),
      ...picks.map((pick) => pick.said),
      ...(search.as_of ? [t('board.asOf.at', { at: format.moment(search.as_of) })] : []),
    ],
    [search, area, picks, t, format],
  )
  const placed = { view, search, said, onSearch }
  const full = board?.widgets.find(({ id }) => id === search.full)
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <div className={classes.tools}>
            <h1 className={classes.title}>{format.text((board ?? newest).title)}</h1>
            {maker ? (
              <Button
                leftSection={<Icon name={changes ? 'pencil' : 'copy'} size={15} />}
                onClick={() => onSearch({ edit: true, version: undefined })}
                size="compact-sm"
                variant="subtle"
              >
                {keptDraft(maker.viewer.id, newest.id) ? t('board.resume') : t(changes ? 'board.edit' : 'board.copy')}
              </Button>
            ) : null}
            {changes ? (
              <Button leftSection={<Icon name="history" size={15} />} onClick={() => onSearch({ versions: true })} size="compact-sm" variant="subtle">
                {t('board.versions')}
              </Button>
            ) : null}
          </div>
          {newest.pack === 'saved' ? <SharedWith shared={newest.shared} shares={newest.shares} /> : null}
          {board?.description ? <p className={classes.description}>{format.text(board.description)}</p> : null}
        </div>
        <Toolbar board={board ?? newest} onChange={onSearch} search={search} />
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
      {search.moment ? (
        <div className={classes.past} role="status">
          <Icon name="history" size={16} />
          <span>{t('map.time.until', { at: format.moment(search.moment) })}</span>
          <Button onClick={() => onSearch({ moment: undefined })} size="compact-sm" variant="default">
            {t('map.time.now')}
          </Button>
        </div>
      ) : null}
      {search.shape && ringOf(search.shape) ? (
        <div className={classes.past} role="status">
          <Icon name="filter" size={16} />
          <span>{t('map.draw.filtered')}</span>
          <Button onClick={() => onSearch({ shape: undefined })} size="compact-sm" variant="default">
            {t('map.draw.clear')}
          </Button>
        </div>
      ) : null}
      <Suspense fallback={null}>
        {version !== undefined && changes ? (
          <VersionBanner
            board={newest}
            onLeave={() => onSearch({ version: undefined, versions: undefined })}
            onList={() => onSearch({ versions: true })}
            version={version}
          />
        ) : null}
        {search.versions && changes ? (
          <VersionsDialog
            board={newest}
            onClose={() => onSearch({ versions: undefined })}
            onShow={(one) => onSearch({ version: one, versions: undefined })}
            shown={version}
          />
        ) : null}
      </Suspense>
      {older.isError ? <ErrorNotice error={older.error} onRetry={() => void older.refetch()} /> : null}
      <FilterRow onSearch={onSearch} picks={picks} search={search} />
      <Suspense fallback={<Skeleton height={480} />}>
        {board ? (
          <BoardGrid {...placed} widgets={board.widgets} />
        ) : older.isError ? null : (
          <Skeleton height={480} />
        )}
      </Suspense>
      {full ? <FullWidget {...placed} widget={full} /> : null}
    </div>
  )
}
