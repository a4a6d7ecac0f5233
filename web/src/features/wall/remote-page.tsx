import { Button, Skeleton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Wall, WallCommand } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import { AlarmForm } from './alarm-form'
import { serverClock } from './server-clock'
import { useBoardTitle } from './use-board-title'
import { useServerNow, useShown } from './use-playing'
import classes from './walls.module.css'

const none: never[] = []

/** A presenter's remote: what the wall shows, and what it shows next. */
export function RemotePage({ id }: { id: string }) {
  const found = useQuery(ask.wall(id))
  if (found.data) return <Remote wall={found.data} />
  return (
    <div className={classes.remote}>
      {found.isError ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : <Skeleton height={240} />}
    </div>
  )
}

function useSteering(wall: Wall) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (body: WallCommand) => {
      const sent = Date.now()
      const steered = await call<Wall>(`/walls/${encodeURIComponent(wall.id)}/control`, { method: 'POST', body })
      serverClock.learn(sent, Date.now(), Date.parse(steered.now))
      return steered
    },
    onSuccess: (steered) => client.setQueryData(ask.wall(wall.id).queryKey, steered),
  })
}

function Remote({ wall }: { wall: Wall }) {
  const { t } = useTranslation()
  const format = useFormat()
  const title = useBoardTitle()
  const shown = useShown(wall, none)
  const steering = useSteering(wall)
  const { data: displays = [] } = useQuery(ask.displays())
  const mine = displays.filter((display) => display.wall === wall.id)
  const say = (command: WallCommand) => steering.mutate(command)
  return (
    <div className={classes.remote}>
      <header>
        <Link className={classes.dim} to="/walls">
          {t('wall.walls')}
        </Link>
        <h1 className={classes.title}>{t('wall.remoteOf', { title: format.text(wall.title) })}</h1>
      </header>
      <section aria-live="polite" className={classes.card}>
        <p className={classes.dim}>{t(`wall.why.${shown.why}`)}</p>
        <p className={classes.onAir}>{title(shown.board)}</p>
        <Left until={shown.turn?.end ?? shown.interruption?.until ?? null} />
      </section>
      {steering.isError ? <ErrorNotice error={steering.error} /> : null}
      <div className={classes.keys}>
        <Button leftSection={<Icon name="chevron-left" />} onClick={() => say({ do: 'previous' })} size="lg" variant="default">
          {t('wall.previous')}
        </Button>
        <Button
          leftSection={<Icon name={wall.control.held ? 'player-play' : 'player-pause'} />}
          onClick={() => say({ do: wall.control.held ? 'resume' : 'hold' })}
          size="lg"
        >
          {t(wall.control.held ? 'wall.resume' : 'wall.hold')}
        </Button>
        <Button onClick={() => say({ do: 'next' })} rightSection={<Icon name="chevron-right" />} size="lg" variant="default">
          {t('wall.next')}
        </Button>
      </div>
      <Boards onShow={(board) => say({ do: 'show', board })} shown={shown.board} wall={wall} />
      <AlarmForm busy={steering.isPending} onClear={() => say({ do: 'clear' })} onRaise={say} wall={wall} />
      <section className={classes.card}>
        <h2 className={classes.subtitle}>{t('wall.displays')}</h2>
        {mine.length === 0 ? <p className={classes.dim}>{t('wall.noDisplaysOf')}</p> : null}
        <ul className={classes.plain}>
          {mine.map((display) => (
            <li key={display.name}>
              <StateMark state={display.state} word={t(`wall.beat.${display.state}`)} /> {display.title}
              {display.report?.board ? <span className={classes.dim}> · {title(display.report.board)}</span> : null}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Left({ until }: { until: number | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useServerNow()
  return (
    <p className={`tc-number ${classes.dim}`}>
      {until === null ? t('wall.untilSaid') : t('wall.left', { span: format.span(Math.max(0, (until - now) / 1000)) })}
    </p>
  )
}

/** Every board: those of the playlist first. */
function Boards({ wall, shown, onShow }: { wall: Wall; shown: string; onShow: (board: string) => void }) {
  const { t } = useTranslation()
  const title = useBoardTitle()
  const { data: boards = [] } = useQuery(ask.boards())
  const played = [...new Set(wall.items.map(({ board }) => board))]
  const others = boards.map(({ id }) => id).filter((id) => !played.includes(id))
  return (
    <section className={classes.card}>
      <h2 className={classes.subtitle}>{t('wall.show')}</h2>
      <div className={classes.boards}>
        {[...played, ...others].map((board) => (
          <Button
            aria-pressed={board === shown}
            key={board}
            onClick={() => onShow(board)}
            variant={board === shown ? 'filled' : 'default'}
          >
            {title(board)}
          </Button>
        ))}
      </div>
    </section>
  )
}
