import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'

import { call, Problem } from '@/shared/api/client'
import { askEntry, type SubmissionKey, submissionPath } from '@/shared/api/entry-queries'
import type { EntryRow, FigureStatus, Scalar, Submission } from '@/shared/api/types'

import { type Base, type Figures, figuresOf, isEmpty, type Look, lookOf, merged, same, sentRows, sheetRows } from './draft'
import { keep, readKept } from './kept'

const checkAfter = 400
const saveAfter = 1500
const tryAgainAfter = 10_000

type Desk = Figures & { base: Base; look: Look; restored: boolean; newer: Submission | null }

function deskOf(found: Submission): Desk {
  const base = figuresOf(found)
  const rows = sheetRows(found.form, base.rows, found.writable)
  return { rows, status: base.status, base, look: lookOf(found, rows), restored: false, newer: null }
}

/** The desk as it was left in this tab; somebody may have changed the submission since. */
function startOf(found: Submission, viewer: string, key: SubmissionKey): Desk {
  const desk = deskOf(found)
  const kept = readKept(viewer, key)
  if (!kept || same(found.form, kept, desk.base)) return desk
  const rows = sheetRows(found.form, kept.rows, true)
  const mine = { ...desk, rows, status: kept.status, base: kept.base, look: lookOf(found, rows), restored: true }
  return kept.base.version === found.version && found.writable ? mine : { ...mine, restored: false, newer: found }
}

/** Nothing is missing from a sheet that nobody has begun. */
function quiet(look: Look): Look {
  return { ...look, remarks: look.remarks.map((some) => some.filter(({ grave }) => grave)) }
}

/** The figures on the desk: checked while they are typed, saved by themselves, kept over a reload, never over somebody else's. */
export function useDraft(found: Submission, key: SubmissionKey, viewer: string) {
  const client = useQueryClient()
  const { form } = found
  const [desk, setDesk] = useState(() => startOf(found, viewer, key))
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState<number | null>(null)
  const [trouble, setTrouble] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const latest = useRef(desk)
  const running = useRef<Promise<boolean> | null>(null)
  const { rows, status, base, newer } = desk
  const dirty = !same(form, desk, base)
  const writable = found.writable && newer === null
  const empty = rows.every((row) => isEmpty(form, row))

  const change = useCallback((next: Partial<Desk>) => {
    latest.current = { ...latest.current, ...next }
    setDesk(latest.current)
  }, [])

  const setCell = useCallback(
    (row: number, column: string, value: Scalar) => {
      const next = latest.current.rows.map((one, index) => (index === row ? { ...one, [column]: value } : one))
      change({ rows: sheetRows(form, next, true), restored: false })
    },
    [form, change],
  )

  const adopt = (answer: Submission) => {
    client.setQueryData(askEntry.submission(key).queryKey, answer)
    void client.invalidateQueries({ queryKey: askEntry.duties().queryKey })
  }

  /** Look who was faster. */
  const meet = async () => {
    const newest = await client.fetchQuery({ ...askEntry.submission(key), staleTime: 0 })
    change({ newer: newest })
  }

  const write = async (): Promise<boolean> => {
    setSaving(true)
    try {
      while (!same(form, latest.current, latest.current.base)) {
        const { rows: now, status: kind, base: from } = latest.current
        const sent = sentRows(form, now)
        const body = { rows: sent.rows, status: kind, version: from.version }
        const answer = await call<Submission>(submissionPath(key), { method: 'PUT', body })
        const held = { rows: now, status: kind, version: answer.version }
        const still = same(form, latest.current, held)
        change({ base: held, ...(still ? { look: lookOf(answer, latest.current.rows, sent.places) } : {}) })
        adopt(answer)
      }
      setTrouble(null)
      setAttempt(0)
      setSaved(Date.now())
      return true
    } catch (error) {
      setAttempt((before) => before + 1)
      if (error instanceof Problem && error.status === 409) await meet().catch(() => setTrouble(error))
      else setTrouble(error)
      return false
    } finally {
      setSaving(false)
      running.current = null
    }
  }

  /** Save what is not saved yet; whether nothing stays unsaved. */
  const flush = (): Promise<boolean> => {
    if (latest.current.newer !== null) return Promise.resolve(false)
    running.current ??= write()
    return running.current
  }

  const check = async (signal: AbortSignal) => {
    const { rows: now, status: kind } = latest.current
    const sent = sentRows(form, now)
    try {
      const body = { rows: sent.rows, status: kind }
      const answer = await call<Submission>(`${submissionPath(key)}/try`, { method: 'POST', body, signal })
      if (latest.current.rows === now) change({ look: lookOf(answer, now, sent.places) })
    } catch {
      // Saving says what is wrong with the line or the session.
    }
  }

  const checkSoon = useEffectEvent((signal: AbortSignal) => void check(signal))
  const saveSoon = useEffectEvent(() => void flush())
  useEffect(() => {
    if (!dirty || !writable) return undefined
    const stop = new AbortController()
    const timer = setTimeout(() => checkSoon(stop.signal), checkAfter)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [rows, status, dirty, writable])
  useEffect(() => {
    if (!dirty || !writable) return undefined
    const timer = setTimeout(saveSoon, attempt === 0 ? saveAfter : tryAgainAfter)
    return () => clearTimeout(timer)
  }, [rows, status, dirty, writable, attempt])
  useEffect(() => keep(viewer, key, dirty ? { rows, status, base } : null), [viewer, key, dirty, rows, status, base])

  const heard = useEffectEvent((answer: Submission) => {
    if (running.current !== null || answer.version === latest.current.base.version) return
    if (same(form, latest.current, latest.current.base)) change(deskOf(answer))
    else change({ newer: answer })
  })
  useEffect(() => heard(found), [found])

  return {
    rows, status, base, look: empty ? quiet(desk.look) : desk.look, newer, restored: desk.restored, dirty, writable, saving, saved, trouble, flush, meet, empty,
    /** The version that is on the desk, after all that was saved. */
    version: () => latest.current.base.version,
    setRows: (next: EntryRow[]) => change({ rows: sheetRows(form, next, true), restored: false }),
    setCell,
    setStatus: (kind: FigureStatus) => change({ status: kind }),
    /** Go on from the newest figures, with or without what was changed here. */
    takeNewest: (answer: Submission, mine: boolean) => {
      const fresh = deskOf(answer)
      change(mine && answer.writable ? { ...fresh, ...merged(form, latest.current, latest.current.base, fresh.base) } : fresh)
      setTrouble(null)
    },
    /** Take over what the server answered to a step. */
    restart: (answer: Submission) => {
      change(deskOf(answer))
      adopt(answer)
    },
  }
}

export type Draft = ReturnType<typeof useDraft>
