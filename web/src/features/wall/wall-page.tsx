import { useQuery } from '@tanstack/react-query'
import { type CSSProperties, useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { Problem } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Playing, Wall } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { HasPassport } from '@/shared/passport/use-passport'
import { ThemeScope } from '@/shared/theme/theme-scope'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'

import { useInterruptions } from './use-interruptions'
import { useServerNow, useShown, usePlaying } from './use-playing'
import { useAllParts, useHeartbeat, useLongMemory, useNewBuild } from './use-upkeep'
import { useViewport, type Viewport } from './use-viewport'
import { WallBanner } from './wall-banner'
import { WallBoard } from './wall-board'
import { WallHeader } from './wall-header'
import classes from './wall.module.css'

const headerHeight = 52
const bannerHeight = 54
const edges = 14

/** Everything moves a few pixels every three minutes, so that nothing burns into the screen. */
const shiftEvery = 180_000
const shifts = [[0, 0], [2, 1], [3, 3], [1, 4], [-1, 3], [-3, 2], [-3, -1], [-1, -3]] as const

/** What a server means that does not let this display play; a server that fails or is away leaves everything standing. */
const refusals = new Set([401, 403, 404])

/** A display of a wall: boards one after the other, without hands. */
export function WallPage({ name }: { name: string }) {
  const { t } = useTranslation()
  const viewport = useViewport()
  const found = usePlaying(name)
  const playing = found.data
  useLongMemory()
  useAllParts()
  const refused = found.error instanceof Problem && refusals.has(found.error.status)
  let content
  if (playing?.plays && !refused) content = <Running playing={playing} viewport={viewport} wall={playing.plays} />
  else if (playing && !refused) content = <Idle playing={playing} />
  else content = found.isError ? <Refused error={found.error} onRetry={() => void found.refetch()} /> : null
  return (
    <div className={classes.page} style={{ '--tc-wall-zoom': viewport.zoom } as CSSProperties}>
      <ThemeScope scheme={playing?.plays?.theme === 'light' ? 'light' : 'dark'} theme="wall">
        <main aria-label={t('wall.display', { name: playing?.title ?? name })} className={classes.wall} data-tc-hands="none">
          {content}
        </main>
      </ThemeScope>
    </div>
  )
}

type RunningProps = { playing: Playing; wall: Wall; viewport: Viewport }

function Running({ playing, wall, viewport }: RunningProps) {
  const interruptions = useInterruptions(wall.alarm)
  const shown = useShown(wall, interruptions)
  const next = wall.items[((shown.item ?? -1) + 1) % wall.items.length]
  const { data: board } = useQuery(ask.board(shown.board))
  useQuery(ask.board(next?.board ?? shown.board))
  useHeartbeat(playing, shown)
  useNewBuild(shown.board)
  const banner = shown.interruption
  const height = viewport.height - headerHeight - edges - (banner ? bannerHeight : 0)
  return (
    <div className={classes.running} data-board={shown.board} data-item={shown.item} data-why={shown.why} style={useShift()}>
      <WallHeader preview={!playing.itself} shown={shown} title={board?.title ?? null} wall={wall} />
      {banner ? <WallBanner interruption={banner} key={banner.id} /> : null}
      <HasPassport value={false}>
        <WallBoard
          height={height}
          item={shown.item === null ? undefined : wall.items[shown.item]}
          key={`${shown.board} ${shown.item}`}
          shown={shown}
          viewport={viewport}
        />
      </HasPassport>
    </div>
  )
}

function useShift(): CSSProperties {
  const now = useServerNow(shiftEvery / 6)
  const [x, y] = shifts[Math.floor(now / shiftEvery) % shifts.length] ?? shifts[0]
  return { translate: `${x}px ${y}px` }
}

/** A display that has nothing to play tells that it lives all the same. */
function Idle({ playing }: { playing: Playing }) {
  const { t } = useTranslation()
  useHeartbeat(playing, null)
  return (
    <div className={classes.notice}>
      <h1>{playing.title}</h1>
      <EmptyNotice hint={t('wall.idleHint')} title={t('wall.idle')} />
    </div>
  )
}

const againEvery = 20_000

/** Whatever keeps the display from its wall; it asks again by itself. */
function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useServerNow()
  useEffect(() => {
    const timer = setInterval(onRetry, againEvery)
    return () => clearInterval(timer)
  }, [onRetry])
  return (
    <div className={classes.notice}>
      <h1>{t('wall.refused')}</h1>
      <ErrorNotice error={error} />
      <p>
        {t('wall.refusedHint')} · {format.clockTime(now)}
      </p>
    </div>
  )
}
