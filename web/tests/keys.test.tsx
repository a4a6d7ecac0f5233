import { fireEvent, render, screen } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'

import { isCharacters, type KeyBinding, useCharacterKeys, useKeyGroups, useKeys, useScreenKeys } from '@/shared/ui/keys'

function Room({ bindings }: { bindings: readonly KeyBinding[] }) {
  useScreenKeys('everywhere', bindings)
  return <input aria-label="field" />
}

function Handle({ bindings }: { bindings: readonly KeyBinding[] }) {
  const heard = useKeys('widget', bindings)
  return <button onKeyDown={heard} type="button">handle</button>
}

function List() {
  const [characters, setCharacters] = useCharacterKeys()
  return (
    <>
      <input aria-label="characters" checked={characters} onChange={({ currentTarget }) => setCharacters(currentTarget.checked)} type="checkbox" />
      <ul>{useKeyGroups().flatMap(({ place, keys }) => keys.map(({ keys: [way], does }) => <li key={place + does}>{`${place} ${does} ${way}`}</li>))}</ul>
    </>
  )
}

const listed = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent)

describe('keys', () => {
  it('do one after another what a single one does not', () => {
    const [home, list] = [vi.fn(), vi.fn()]
    render(<Room bindings={[{ keys: ['g h'], does: 'home', act: home }, { keys: ['shift+?', '?'], does: 'keys', act: list }]} />)
    fireEvent.keyDown(document.body, { key: 'h' })
    expect(home).not.toHaveBeenCalled()
    fireEvent.keyDown(document.body, { key: 'g' })
    fireEvent.keyDown(document.body, { key: 'h' })
    expect(home).toHaveBeenCalledOnce()
    fireEvent.keyDown(document.body, { key: '?', shiftKey: true })
    expect(list).toHaveBeenCalledOnce()
  })

  it('leave who types in peace, and stop under what lies over the screen, unless they always work', () => {
    const [undo, search] = [vi.fn(), vi.fn()]
    const bindings: KeyBinding[] = [{ keys: ['mod+Z'], does: 'undo', act: undo }, { keys: ['mod+K'], does: 'search', act: search, always: true }]
    const { rerender } = render(<Room bindings={bindings} />)
    for (const key of ['z', 'k']) fireEvent.keyDown(screen.getByLabelText('field'), { key, ctrlKey: true })
    expect([undo, search].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
    Element.prototype.checkVisibility = () => true
    rerender(<><Room bindings={bindings} /><div role="dialog" /></>)
    for (const key of ['z', 'k']) fireEvent.keyDown(document.body, { key, ctrlKey: true })
    expect([undo, search].map(({ mock }) => mock.calls.length)).toEqual([0, 2])
    rerender(<Room bindings={bindings} />)
    fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true })
    expect(undo).toHaveBeenCalledOnce()
  })

  it('stand in the list as long as they can be pressed, by where they work', () => {
    const { rerender } = render(<><Handle bindings={[{ keys: ['Delete'], does: 'removeWidget', act: vi.fn() }]} /><Room bindings={[{ keys: ['g h'], does: 'home', act: vi.fn() }]} /><List /></>)
    expect(listed()).toEqual(['everywhere home g h', 'widget removeWidget Delete'])
    rerender(<><Room bindings={[{ keys: ['g h'], does: 'home', act: vi.fn() }]} /><List /></>)
    expect(listed()).toEqual(['everywhere home g h'])
  })

  it('of a single character can be switched off, and are not listed then', () => {
    const [home, save] = [vi.fn(), vi.fn()]
    render(<><Room bindings={[{ keys: ['g h'], does: 'home', act: home }, { keys: ['mod+S'], does: 'save', act: save }]} /><List /></>)
    fireEvent.click(screen.getByLabelText('characters'))
    for (const key of ['g', 'h']) fireEvent.keyDown(document.body, { key })
    fireEvent.keyDown(document.body, { key: 's', ctrlKey: true })
    expect([home, save].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
    expect(listed()).toEqual(['everywhere save mod+S'])
    fireEvent.click(screen.getByLabelText('characters'))
    expect(listed()).toEqual(['everywhere home g h', 'everywhere save mod+S'])
  })

  it('do on an element what was pressed there, and nothing else is taken', () => {
    const remove = vi.fn()
    render(<Handle bindings={[{ keys: ['Delete'], does: 'removeWidget', act: remove }, { keys: ['Enter'], does: 'openWidget' }]} />)
    expect(fireEvent.keyDown(screen.getByText('handle'), { key: 'Enter' })).toBe(true)
    expect(fireEvent.keyDown(screen.getByText('handle'), { key: 'Delete' })).toBe(false)
    expect(remove).toHaveBeenCalledOnce()
  })

  it.each([['?', true], ['shift+?', true], ['g m', true], ['mod+K', false], ['Escape', false], ['shift+ArrowLeft', false]])('%s: of characters alone: %s', (way, is) => {
    expect(isCharacters(way)).toBe(is)
  })
})
