import { useTranslation } from 'react-i18next'

import { useLine, useLostSince } from '@/shared/api/live'
import type { Text, Wall } from '@/shared/api/types'
import { useCity, useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import type { Shown } from './playing'
import { useServerNow } from './use-playing'
import classes from './wall.module.css'

type Props = { title: Text | null; wall: Wall; shown: Shown; preview: boolean }

/** City, board, how the playlist runs, the line, the clock. */
export function WallHeader({ title, wall, shown, preview }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  return (
    <header className={classes.header}>
      <div className={classes.names}>
        <span className={classes.city}>
          {format.text(city.title)}
          {city.demo ? <b className={classes.tag}>{t('shell.demo')}</b> : null}
          {preview ? <b className={classes.tag}>{t('wall.preview')}</b> : null}
        </span>
        <h1 className={classes.title}>{format.text(title)}</h1>
      </div>
      <Progress shown={shown} wall={wall} />
      <Line />
      <Clock />
    </header>
  )
}

function Clock() {
  const format = useFormat()
  const now = useServerNow()
  return (
    <time className={`tc-number ${classes.clock}`} dateTime={new Date(now).toISOString().slice(0, 19)}>
      <span>{format.wall(now).slice(11)}</span>
      <span className={classes.day}>{format.date(now)}</span>
    </time>
  )
}

/** Which of the boards is shown, and how much of its time has gone. */
function Progress({ wall, shown }: { wall: Wall; shown: Shown }) {
  const { t } = useTranslation()
  const now = useServerNow()
  const { turn } = shown
  const gone = turn ? Math.min(1, Math.max(0, (now - turn.start) / (turn.end - turn.start))) : 1
  const place = { item: (shown.item ?? 0) + 1, items: wall.items.length }
  const label = shown.why === 'playing' ? t('wall.progress', place) : t(`wall.why.${shown.why}`)
  return (
    <div className={classes.progress}>
      <span className={classes.why}>
        {shown.why === 'held' ? <Icon name="player-pause" size={13} /> : null}
        {label}
      </span>
      <span aria-hidden="true" className={classes.segments}>
        {wall.items.map((item, index) => (
          <span data-here={index === shown.item} key={`${item.board} ${index}`}>
            {index === shown.item ? <span style={{ width: `${gone * 100}%` }} /> : null}
          </span>
        ))}
      </span>
    </div>
  )
}

/** Whether figures still come in; a line that is lost is shown loudly, with the age of what stands here. */
function Line() {
  const { t } = useTranslation()
  const format = useFormat()
  const { status } = useLine()
  const lost = useLostSince()
  const now = useServerNow(5000)
  if (lost !== null) {
    return (
      <div className={classes.lost} role="alert">
        <Icon name="wifi-off" size={20} />
        <span>
          <b>{t('wall.lost')}</b>
          <span>{t('wall.lostSince', { at: format.clockTime(lost), span: format.span(Math.max(1, (now - lost) / 1000)) })}</span>
        </span>
      </div>
    )
  }
  return (
    <span className={classes.line} data-status={status}>
      <Icon name={status === 'live' ? 'wifi' : 'plug-connected'} size={14} /> {t(`shell.live.${status}`)}
    </span>
  )
}
