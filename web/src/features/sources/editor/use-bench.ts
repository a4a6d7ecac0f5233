import { useEffect, useRef, useState } from 'react'

import type { Declaration, Mapped, Session } from '@/shared/api/types'

import { type Draft, keepDraft, keptDraft } from './draft'

type State = { draft: Draft; secrets: Record<string, string>; recovered: boolean; dirty: boolean }

/** A source on the bench: what is filled in, kept in the tab until it is saved or dropped. `name` tells benches apart. */
export function useBench(start: Draft, session: Session, name: string) {
  const viewer = session.viewer.id
  const [state, setState] = useState<State>(() => {
    const kept = keptDraft(viewer, name)
    return { draft: kept ?? start, secrets: {}, recovered: kept !== null, dirty: kept !== null }
  })
  const done = useRef(false)
  const { draft, dirty } = state
  useEffect(() => {
    if (!done.current) keepDraft(viewer, name, dirty ? draft : null)
  }, [viewer, name, draft, dirty])
  const change = (turn: (draft: Draft) => Draft) => setState((before) => ({ ...before, draft: turn(before.draft), dirty: true }))
  const declare = (part: Partial<Declaration>) => change((before) => ({ ...before, declaration: { ...before.declaration, ...part } }))
  return {
    draft,
    secrets: state.secrets,
    recovered: state.recovered,
    dirty,
    change,
    declare,
    setSetting: (setting: string, value: unknown) =>
      change((before) => {
        const settings = { ...before.declaration.settings, [setting]: value }
        return { ...before, declaration: { ...before.declaration, settings } }
      }),
    setMapped: (column: string, mapped: Mapped | undefined) =>
      change((before) => {
        const { [column]: _old, ...map } = before.declaration.map ?? {}
        return { ...before, declaration: { ...before.declaration, map: mapped ? { ...map, [column]: mapped } : map } }
      }),
    addMap: (found: Record<string, Mapped>) =>
      change((before) => ({ ...before, declaration: { ...before.declaration, map: { ...before.declaration.map, ...found } } })),
    setSecret: (setting: string, value: string) =>
      setState((before) => ({ ...before, secrets: { ...before.secrets, [setting]: value }, dirty: true })),
    /** Begin anew with what is saved. */
    drop: () => setState({ draft: start, secrets: {}, recovered: false, dirty: false }),
    /** From now on nothing is kept and nobody is asked. */
    finish: () => {
      done.current = true
      keepDraft(viewer, name, null)
    },
    isDone: () => done.current,
  }
}

export type Bench = ReturnType<typeof useBench>
