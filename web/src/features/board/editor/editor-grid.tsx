import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { useKeys } from '@/shared/ui/keys'
import type { BoardView } from '@/shared/widgets/widget-query'

import { EditorCell } from './editor-cell'
import classes from './editor-grid.module.css'
import { columns, inOrder, place, resize, type Spot, type Step, shift, stretch } from './layout'

type Props = {
  widgets: readonly Widget[]
  view: BoardView
  name: (widget: Widget) => string
  selected: string | null
  narrow: boolean
  onSelect: (id: string, byKeyboard: boolean) => void
  onWidgets: (widgets: readonly Widget[]) => void
  onRemove: (id: string) => void
}

const ways: Partial<Record<string, Step>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

type Drag = { id: string; what: 'move' | 'size'; dx: number; dy: number; shown: readonly Widget[] }
const edge = 56

/** The board as it will be, with a handle on every widget: pulled by pointer, moved and stretched by arrow keys. */
export function EditorGrid({ widgets, view, name, selected, narrow, onSelect, onWidgets, onRemove }: Props) {
  const { t } = useTranslation()
  const grid = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<Drag | null>(null)
  const [said, setSaid] = useState('')
  const refocus = useRef<string | null>(null)
  const shown = new Map((drag?.shown ?? widgets).map((widget) => [widget.id, widget]))

  useLayoutEffect(() => {
    // Widgets stand in reading order, so a moved one is put elsewhere in the page and loses the focus.
    const handle = refocus.current && grid.current?.querySelector<HTMLElement>(`[data-handle="${refocus.current}"]`)
    refocus.current = null
    if (!handle) return
    handle.focus({ preventScroll: true })
    handle.closest('article')?.scrollIntoView({ block: 'nearest' })
  }, [widgets])

  const tell = (at: Spot) =>
    setSaid(t('editor.placed', { column: at.x + 1, row: at.y + 1, width: at.w, height: at.h }))

  const step = (id: string, way: Step, size: boolean) => {
    const next = size ? stretch(widgets, id, way) : shift(widgets, id, way)
    const at = next.find((widget) => widget.id === id)?.at
    if (next === widgets || !at) return setSaid(t('editor.cannot'))
    refocus.current = id
    onWidgets(next)
    tell(at)
  }

  const cellAt = (clientX: number, clientY: number) => {
    const box = grid.current?.getBoundingClientRect()
    const style = grid.current ? getComputedStyle(grid.current) : null
    if (!box || !style) return { x: 0, y: 0 }
    const gap = Number.parseFloat(style.columnGap) || 0
    const row = (Number.parseFloat(style.gridAutoRows) || 64) + gap
    return { x: (clientX - box.left) / ((box.width + gap) / columns), y: (clientY - box.top) / row }
  }

  const grab = (id: string, what: Drag['what'], event: React.PointerEvent) => {
    const at = widgets.find((widget) => widget.id === id)?.at
    if (!at || narrow || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const { x, y } = cellAt(event.clientX, event.clientY)
    setDrag({ id, what, dx: x - (what === 'move' ? at.x : at.x + at.w), dy: y - (what === 'move' ? at.y : at.y + at.h), shown: widgets })
  }
  const pull = (event: React.PointerEvent) => {
    if (!drag) return
    const at = widgets.find((widget) => widget.id === drag.id)?.at
    if (!at) return
    const scroller = document.getElementById('main')
    if (event.clientY > window.innerHeight - edge) scroller?.scrollBy(0, 20)
    else if (event.clientY < edge * 2) scroller?.scrollBy(0, -20)
    const pointer = cellAt(event.clientX, event.clientY)
    const x = Math.round(pointer.x - drag.dx)
    const y = Math.round(pointer.y - drag.dy)
    const next = drag.what === 'move' ? place(widgets, drag.id, { ...at, x, y }) : resize(widgets, drag.id, x - at.x, y - at.y)
    setDrag({ ...drag, shown: next })
  }
  const release = () => {
    if (!drag) return
    const before = widgets.find((widget) => widget.id === drag.id)
    const after = drag.shown.find((widget) => widget.id === drag.id)
    if (before && after && drag.shown !== widgets && drag.shown.some((one, index) => one.at !== widgets[index]?.at)) {
      onWidgets(drag.shown)
      tell(after.at)
    }
    setDrag(null)
  }

  const handled = ({ target }: KeyboardEvent) => (target as HTMLElement).dataset.handle ?? ''
  const pressed = (event: KeyboardEvent) => {
    const way = ways[event.key]
    if (way) step(handled(event), way, event.shiftKey)
  }
  const keys = useKeys('widget', [
    { keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'], does: 'moveWidget', act: pressed },
    { keys: ['shift+ArrowLeft', 'shift+ArrowUp', 'shift+ArrowRight', 'shift+ArrowDown'], does: 'sizeWidget', act: pressed },
    { keys: ['Enter'], does: 'openWidget' },
    { keys: ['Delete'], does: 'removeWidget', act: (event) => onRemove(handled(event)) },
    ...(drag ? [{ keys: ['Escape'] as const, does: 'dropWidget' as const, act: () => setDrag(null) }] : []),
  ])

  return (
    <>
      <p className="tc-hidden" id="editor-keys">
        {t('editor.keys')}
      </p>
      <p aria-live="polite" className="tc-hidden">
        {said}
      </p>
      <div className={classes.grid} data-narrow={narrow} ref={grid}>
        {inOrder(widgets).map((widget) => (
          <EditorCell
            dragged={drag?.id === widget.id}
            key={widget.id}
            name={name(widget)}
            narrow={narrow}
            onCancel={() => setDrag(null)}
            onGrab={(what, event) => grab(widget.id, what, event)}
            onKeys={keys}
            onPull={pull}
            onRelease={release}
            onRemove={() => onRemove(widget.id)}
            onSelect={(byKeyboard) => onSelect(widget.id, byKeyboard)}
            selected={selected === widget.id}
            view={view}
            widget={shown.get(widget.id) ?? widget}
          />
        ))}
      </div>
    </>
  )
}
