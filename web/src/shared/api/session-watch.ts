import { useSyncExternalStore } from 'react'

type Told = () => void

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('toancanh.session')
const watchers = new Set<Told>()
const changed = new Set<Told>()
let over = false

function become(now: boolean): void {
  if (over === now) return
  over = now
  for (const told of watchers) told()
}

function watch(told: Told): Told {
  watchers.add(told)
  return () => watchers.delete(told)
}

/** The server does not know the session of this browser any more. */
export function sessionEnded(): void {
  become(true)
}

/** This page acts for somebody from now on, or for the public; whoever listens begins anew. */
export function sessionGoesOn(): void {
  become(false)
  for (const told of changed) told()
}

/** Whether the session that this page was opened with is over. */
export function useSessionOver(): boolean {
  return useSyncExternalStore(watch, () => over)
}

/** Hear when this page acts for somebody else, or for the same one again. */
export function onSession(told: Told): Told {
  changed.add(told)
  return () => changed.delete(told)
}

/** Let the other tabs of this browser look who is signed in now. */
export function tellTabs(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
  tabs?.postMessage(null)
}

/** Hear when somebody signed in or out in another tab of this browser. */
export function onOtherTab(told: Told): Told {
  tabs?.addEventListener('message', told)
  return () => tabs?.removeEventListener('message', told)
}
