import { ActionIcon } from '@mantine/core'
import { type CSSProperties, type KeyboardEvent, memo, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { BoardWidget } from '@/shared/widgets/board-widget'
import type { BoardView } from '@/shared/widgets/widget-query'

import classes from './editor-grid.module.css'
import { kindIcons } from './widget-kinds'

type Props = {
  widget: Widget
  view: BoardView
  name: string
  selected: boolean
  dragged: boolean
  narrow: boolean
  onSelect: (byKeyboard: boolean) => void
  /** Hears the keys that are pressed on the handle. */
  onKeys: (event: KeyboardEvent) => void
  onGrab: (what: 'move' | 'size', event: PointerEvent) => void
  onPull: (event: PointerEvent) => void
  onRelease: () => void
  onCancel: () => void
  onRemove: () => void
}

const nothing = () => undefined

/** What a widget shows does not depend on where it stands, so it is not drawn again while it moves. */
const Live = memo(
  ({ widget, view }: { widget: Widget; view: BoardView }) => <BoardWidget onArea={nothing} view={view} widget={widget} />,
  (before, after) =>
    before.view === after.view &&
    [...new Set([...Object.keys(before.widget), ...Object.keys(after.widget)])].every(
      (key) => key === 'at' || before.widget[key as keyof Widget] === after.widget[key as keyof Widget],
    ),
)
Live.displayName = 'Live'

/** A widget on the bench: a handle with its name, what it shows right now, and a corner to pull. */
export function EditorCell(props: Props) {
  const { widget, view, name, selected, dragged, narrow, onSelect, onKeys, onGrab, onPull, onRelease, onCancel, onRemove } = props
  const { t } = useTranslation()
  const { at, kind } = widget
  const pointer = (what: 'move' | 'size') => ({
    onPointerDown: (event: PointerEvent) => onGrab(what, event),
    onPointerMove: onPull,
    onPointerUp: onRelease,
    onPointerCancel: onCancel,
  })
  const style = { '--x': at.x, '--y': at.y, '--w': at.w, '--h': at.h } as CSSProperties
  return (
    <article aria-label={name} className={classes.cell} data-dragged={dragged} data-selected={selected} style={style}>
      <div className={classes.bar}>
        <button
          aria-describedby="editor-keys"
          aria-label={t('editor.handle', { name, kind: t(`editor.kind.${kind}`) })}
          aria-pressed={selected}
          className={classes.handle}
          data-handle={widget.id}
          onClick={(event) => onSelect(event.detail === 0)}
          onKeyDown={onKeys}
          type="button"
          {...pointer('move')}
        >
          <Icon name="grip-vertical" size={16} />
          <Icon name={kindIcons[kind]} size={15} />
          <span className={classes.name}>{name}</span>
        </button>
        <ActionIcon aria-label={t('editor.removeOf', { name })} onClick={onRemove} size="md">
          <Icon name="trash" size={16} />
        </ActionIcon>
      </div>
      <div className={classes.live} inert>
        <Live view={view} widget={widget} />
      </div>
      {narrow ? null : (
        <span aria-hidden="true" className={classes.corner} title={t('editor.corner')} {...pointer('size')}>
          <Icon name="arrow-down-right" size={16} />
        </span>
      )}
    </article>
  )
}
