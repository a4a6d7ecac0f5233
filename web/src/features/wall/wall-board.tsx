import { useQuery } from '@tanstack/react-query'
import { CatchBoundary } from '@tanstack/react-router'
import { type CSSProperties, Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Board, WallItem } from '@/shared/api/types'
import { ErrorNotice } from '@/shared/ui/notices'
import { BoardWidget } from '@/shared/widgets/board-widget'
import type { BoardView } from '@/shared/widgets/widget-query'

import { columnsOf, pageAt, wallPages } from './pages'
import type { Shown } from './playing'
import { serverClock } from './server-clock'
import type { Viewport } from './use-viewport'
import classes from './wall.module.css'

type Props = { shown: Shown; item: WallItem | undefined; viewport: Viewport; height: number }

const nowhere = () => undefined
const longest = 15_000

/** One widget that cannot be drawn never takes the others with it: nobody is there to press a button. */
function Failed({ error }: { error: unknown }) {
  return (
    <div className={classes.failed}>
      <ErrorNotice error={error} />
    </div>
  )
}

function usePage(count: number, turn: Shown['turn']): number {
  const [woken, wake] = useState(0)
  const [since] = useState(serverClock.now)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- waking is the reason to look at the clock again
  const { page, until } = useMemo(() => pageAt(count, turn, serverClock.now(), since), [count, turn, since, woken])
  useEffect(() => {
    const timer = setTimeout(() => wake((times) => times + 1), Math.min(longest, Math.max(20, until - serverClock.now())))
    return () => clearTimeout(timer)
  }, [until, woken])
  return page
}

/** One board on the wall, page by page. */
export function WallBoard({ shown, item, viewport, height }: Props) {
  const found = useQuery(ask.board(shown.board))
  if (found.data) return <Loaded board={found.data} height={height} item={item} shown={shown} viewport={viewport} />
  return found.isError ? (
    <div className={classes.notice}>
      <ErrorNotice error={found.error} />
    </div>
  ) : null
}

function Loaded({ board, shown, item, viewport, height }: Props & { board: Board }) {
  const { t } = useTranslation()
  const columns = columnsOf(viewport.width)
  const pages = useMemo(() => wallPages(board.widgets, columns, height), [board, columns, height])
  const page = usePage(pages.length, shown.turn)
  const view: BoardView = useMemo(
    () => ({ boardLast: board.last, last: item?.last ?? undefined, area: item?.area ?? undefined }),
    [board, item],
  )
  return (
    <>
      {pages.length > 1 ? (
        <div aria-label={t('wall.page', { page: page + 1, pages: pages.length })} className={classes.pages} role="img">
          {pages.map((_, place) => (
            // oxlint-disable-next-line react/no-array-index-key -- pages have no other name than their place
            <span data-here={place === page} key={place} />
          ))}
        </div>
      ) : null}
      <Suspense fallback={null}>
        <div className={classes.board} key={page}>
          {(pages[page] ?? []).map((shelf) => (
            <div
              className={classes.shelf}
              key={shelf.items[0]?.widget.id}
              style={{ '--grows': shelf.grows, '--least': `${shelf.least}px` } as CSSProperties}
            >
              {shelf.items.map(({ widget, width }) => (
                <div className={classes.cell} key={widget.id} style={{ '--width': width } as CSSProperties}>
                  <CatchBoundary errorComponent={Failed} getResetKey={() => widget.id}>
                    <BoardWidget onArea={nowhere} view={view} widget={widget} />
                  </CatchBoundary>
                </div>
              ))}
            </div>
          ))}
        </div>
      </Suspense>
    </>
  )
}
