import { ActionIcon, Button, Loader, NativeSelect } from '@mantine/core'
import type { Map as MlMap } from 'maplibre-gl'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Layer } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { useKeys } from '@/shared/ui/keys'
import { useNow } from '@/shared/ui/use-now'

import classes from './time-panel.module.css'
import { TracksNotice } from './tracks-notice'
import { usePlaying } from './use-playing'
import { type Span, useTracks } from './use-tracks'

const minute = 60_000
const speeds = [1, 60, 300, 1800]

export type TimeSpan = { last: number } | { from: number; to?: number }

type Props = {
  map: MlMap | null
  layers: Layer[]
  shown: string[]
  /** The period that is gone through: so many milliseconds until now, or from one moment to another or now. */
  span: TimeSpan
  /** The moment that everything is shown at; null for the end of the period. */
  moment: string | null
  /** Where a moment can be chosen, there is a slider for it; it is told of moments at which the slider rests. */
  onMoment?: (moment: string | undefined) => void
}

/** Draws the tracks of the shown layers, and goes through their period: by hand, or by itself. */
export function TimePanel({ map, layers, shown, span: wanted, moment, onMoment }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const chosen = moment === null ? null : Date.parse(moment)
  const now = Math.floor(useNow(minute) / minute) * minute
  const [frozen, setFrozen] = useState<number | null>(chosen === null ? null : now)
  const span = useSpan(wanted, frozen ?? now, chosen)
  const tracked = useTracks(map, layers, shown, span)
  const freeze = () => setFrozen((before) => before ?? now)
  const clock = usePlaying(span, chosen ?? span.to, tracked.draw, (at) => onMoment?.(at >= span.to ? undefined : new Date(at).toISOString()))
  const toggle = () => {
    freeze()
    clock.toggle()
  }
  const heard = useKeys(
    'time',
    onMoment
      ? [
          { keys: ['Space'], does: 'play', act: toggle },
          { keys: ['ArrowLeft', 'ArrowRight'], does: 'moveTime' },
        ]
      : [],
  )
  if (!onMoment) return null
  const keys = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName === 'INPUT') heard(event)
  }
  const others = clock.playing && layers.some(({ id, kind }) => kind !== 'tracks' && shown.includes(id))
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the space bar plays while the slider has the focus
    <section aria-label={t('map.time.title')} className={classes.panel} onKeyDown={keys}>
      <div className={classes.row}>
        <ActionIcon aria-label={t(clock.playing ? 'map.time.pause' : 'map.time.play')} onClick={toggle} size="md" variant="default">
          <Icon name={clock.playing ? 'player-pause' : 'player-play'} size={16} />
        </ActionIcon>
        <NativeSelect
          aria-label={t('map.time.speed')}
          data={speeds.map((value) => ({ value: String(value), label: t('map.time.times', { times: format.number(value) }) }))}
          onChange={({ currentTarget }) => clock.setSpeed(Number(currentTarget.value))}
          size="xs"
          value={String(clock.speed)}
        />
        <time className={`tc-number ${classes.moment}`} dateTime={new Date(clock.moment).toISOString()}>
          {format.moment(clock.moment)}
        </time>
        {tracked.loading ? <Loader aria-label={t('map.time.loading')} color="gray" role="img" size={14} /> : null}
        {chosen !== null || frozen !== null ? (
          <Button
            onClick={() => {
              setFrozen(null)
              clock.go(span.to)
              onMoment(undefined)
            }}
            size="compact-xs"
            variant="default"
          >
            {t('map.time.now')}
          </Button>
        ) : null}
      </div>
      <input
        aria-label={t('map.time.moment')}
        aria-valuetext={format.moment(clock.moment)}
        className={classes.slider}
        max={span.to}
        min={span.from}
        onChange={({ currentTarget }) => {
          freeze()
          clock.go(Number(currentTarget.value))
        }}
        step={minute}
        type="range"
        value={clock.moment}
      />
      <div aria-hidden="true" className={`tc-number ${classes.ends}`}>
        <span>{format.moment(span.from)}</span>
        <span>{format.moment(span.to)}</span>
      </div>
      {others ? <p className={classes.note}>{t('map.time.others', { at: format.nearMoment(chosen ?? span.to) })}</p> : null}
      <TracksNotice layers={layers} tracked={tracked} />
    </section>
  )
}

/** The period as moments; one that is linked to from later is laid around the moment that the link says. */
function useSpan(wanted: TimeSpan, now: number, chosen: number | null): Span {
  const [linked] = useState(chosen)
  const [from, to] = 'last' in wanted ? [now - wanted.last, now] : [wanted.from, wanted.to ?? now]
  const half = (to - from) / 2
  const outside = linked !== null && chosen !== null && (linked < from || linked > to)
  const [first, last] = outside ? [linked - half, Math.min(now, linked + half)] : [from, to]
  return useMemo(() => ({ from: first, to: last }), [first, last])
}
