import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'

import { useAlerts } from '@/shared/api/live'
import { ask } from '@/shared/api/queries'
import type { AlertChanged, Field, State, WallAlarm } from '@/shared/api/types'

import type { Interruption } from './playing'
import { serverClock } from './server-clock'

/** Fields that turned into a state that interrupts; a field that was there from the start is no news. */
export function turned(before: ReadonlyMap<string, State> | null, fields: readonly Field[], alarm: WallAlarm): Field[] {
  if (!before) return []
  const grave = (state: State) => (alarm.states as readonly State[]).includes(state)
  return fields.filter(({ id, state }) => {
    const was = before.get(id)
    return (alarm.fields === null || alarm.fields.includes(id)) && was !== undefined && grave(state) && !grave(was)
  })
}

/** What interrupts the playlist by itself: a field that turns bad, and every alert of the gravest kind that opens. */
export function useInterruptions(alarm: WallAlarm | undefined): readonly Interruption[] {
  const { data: fields } = useQuery(ask.fields())
  const before = useRef<ReadonlyMap<string, State> | null>(null)
  const [interruptions, setInterruptions] = useState<readonly Interruption[]>([])

  const interrupt = useCallback((news: readonly Interruption[]) => {
    const now = serverClock.now()
    const about = new Set(news.map(({ id }) => id))
    setInterruptions((old) => [...old.filter(({ id, until }) => until > now && !about.has(id)), ...news])
  }, [])

  useEffect(() => {
    if (!fields || !alarm) return
    const news = turned(before.current, fields, alarm)
    before.current = new Map(fields.map(({ id, state }) => [id, state]))
    if (news.length === 0) return
    const until = serverClock.now() + alarm.seconds * 1000
    interrupt(news.map(({ id, board }) => ({ id: `field ${id}`, kind: 'field', board, until, field: id })))
  }, [fields, alarm, interrupt])

  const hear = useCallback(
    ({ alert, state, severity, rule }: AlertChanged) => {
      const pack = rule.split('.')[0] ?? ''
      if (!alarm || severity !== 'critical' || state !== 'open') return
      if (alarm.fields !== null && !alarm.fields.includes(pack)) return
      const board = fields?.find(({ id }) => id === pack)?.board ?? null
      const until = serverClock.now() + alarm.seconds * 1000
      interrupt([{ id: `alert ${alert}`, kind: 'alert', board, until, field: pack }])
    },
    [alarm, fields, interrupt],
  )
  useAlerts(hear)
  return interruptions
}
