import { getHotkeyHandler, useWindowEvent } from '@mantine/hooks'
import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useId, useRef, useSyncExternalStore } from 'react'

import type keyWords from '@/shared/i18n/vi/keys.json'

import { somethingCovers } from './escape'

export type KeyPlace = keyof (typeof keyWords)['place']
export type KeyDeed = keyof (typeof keyWords)['does']
export type KeyBinding = {
  /** Ways to press it: `mod+K`, `ArrowLeft`, or one key after another: `g m`. The list shows those with words of their own. */
  keys: readonly [string, ...string[]]
  does: KeyDeed
  /** Without it the browser, or the map's library, does what the list says. */
  act?: (event: KeyboardEvent) => unknown
  /** Also while somebody types, and over whatever lies on the screen. */
  always?: boolean
}
export type KeyGroup = { place: KeyPlace; keys: readonly Pick<KeyBinding, 'keys' | 'does'>[] }

const order: readonly KeyPlace[] = ['everywhere', 'board', 'editor', 'widget', 'entry', 'map', 'drawing', 'time']
const patience = 1500
const kept = 'toancanh.keys'

class Register {
  private readonly there = new Map<string, KeyGroup>()
  private readonly listeners = new Set<() => void>()
  private groups: readonly KeyGroup[] = []
  private characters = readCharacters()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly readGroups = (): readonly KeyGroup[] => this.groups
  readonly readCharacters = (): boolean => this.characters

  /** Note what can be pressed, as long as it can. */
  add(id: string, group: KeyGroup): () => void {
    this.there.set(id, group)
    this.change()
    return () => {
      this.there.delete(id)
      this.change()
    }
  }

  setCharacters(on: boolean): void {
    this.characters = on
    try {
      localStorage.setItem(kept, on ? 'on' : 'off')
    } catch {
      // A browser without storage forgets the choice.
    }
    this.change()
  }

  private change(): void {
    const found = [...this.there.values()]
    this.groups = order.flatMap((place) => {
      const keys = found.filter((group) => group.place === place).flatMap((group) => group.keys)
      const known = new Map(keys.map((one) => [`${one.does} ${one.keys.join()}`, one]))
      return known.size > 0 ? [{ place, keys: [...known.values()] }] : []
    })
    for (const listener of this.listeners) listener()
  }
}

function readCharacters(): boolean {
  try {
    return localStorage.getItem(kept) !== 'off'
  } catch {
    return true
  }
}

const register = new Register()

/** All that can be pressed on the screen right now, by where it works. */
export function useKeyGroups(): readonly KeyGroup[] {
  return useSyncExternalStore(register.subscribe, register.readGroups)
}

/** Whether keys that are a single character do anything (WCAG 2.2, 2.1.4), and how to switch that. */
export function useCharacterKeys(): [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(register.subscribe, register.readCharacters), (on) => register.setCharacters(on)]
}

/** Whether a way to press is made of characters alone, which speech input could say by accident. */
export function isCharacters(way: string): boolean {
  return way.split(' ').every((key) => [...key.replace(/^shift\+/i, '')].length === 1)
}

function types(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'radio', 'button', 'submit'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
}

/** Declare keys and what they do; return what hears them. They stand in the list of keys as long as the caller is on the screen. */
export function useKeys(place: KeyPlace, bindings: readonly KeyBinding[]): (event: KeyboardEvent | ReactKeyboardEvent) => void {
  const id = useId()
  const noted = JSON.stringify(bindings.map(({ keys, does }) => ({ keys, does })))
  useEffect(() => {
    const keys = JSON.parse(noted) as KeyGroup['keys']
    return keys.length > 0 ? register.add(id, { place, keys }) : undefined
  }, [id, place, noted])

  const before = useRef({ key: '', at: -patience })
  return (event) => {
    const native: KeyboardEvent = 'nativeEvent' in event ? event.nativeEvent : event
    const inText = types(native.target)
    const prefix = event.timeStamp - before.current.at < patience ? before.current.key : ''
    if (!inText && !native.ctrlKey && !native.metaKey && !native.altKey) {
      before.current = { key: native.key.toLowerCase(), at: event.timeStamp }
    }
    const heard = bindings.flatMap(({ keys, act, always }) =>
      act && (always || !inText)
        ? keys.flatMap((way): [string, (event: KeyboardEvent) => unknown][] => {
            const steps = way.split(' ')
            const last = steps.at(-1) ?? ''
            return steps.length === 1 || steps[0] === prefix ? [[last, act]] : []
          })
        : [],
    )
    getHotkeyHandler(heard)(native)
  }
}

/** The same for keys that work on the whole screen, whatever has the focus. */
export function useScreenKeys(place: KeyPlace, bindings: readonly KeyBinding[]): void {
  const [characters] = useCharacterKeys()
  const usable = bindings.flatMap((binding): KeyBinding[] => {
    const [first, ...others] = characters ? binding.keys : binding.keys.filter((way) => !isCharacters(way))
    const { act, always } = binding
    if (first === undefined) return []
    return [{ ...binding, keys: [first, ...others], act: act && ((event) => (always || !somethingCovers()) && act(event)) }]
  })
  useWindowEvent('keydown', useKeys(place, usable))
}
