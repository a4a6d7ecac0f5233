import { UnstyledButton } from '@mantine/core'
import { type ReactNode, use } from 'react'
import { useTranslation } from 'react-i18next'

import type { Scalar } from '@/shared/api/types'

import classes from './choice.module.css'
import { WidgetPlaceContext } from './widget-place'

/** One value of each dimension: a bar, a row, a line. */
export type Dims = readonly (readonly [column: string, value: Scalar])[]

/** What can be chosen to filter the other widgets of a board: all its values are known. */
export function useChoice() {
  const place = use(WidgetPlaceContext)
  const may = (dims: Dims) => dims.length > 0 && dims.every(([, value]) => value !== null && value !== '')
  return {
    choose: place?.onChoose ? (dims: Dims) => (may(dims) ? place.onChoose?.(dims) : undefined) : undefined,
    mayChoose: (dims: Dims) => place?.onChoose !== undefined && may(dims),
    isChosen: (dims: Dims) => place?.isChosen?.(dims) ?? false,
  }
}

/** A name that can be pressed to filter the rest of the board by it, and pressed again to let go. */
export function Choice({ dims, children, className }: { dims: Dims; children: ReactNode; className?: string }) {
  const { t } = useTranslation()
  const { choose, mayChoose, isChosen } = useChoice()
  if (!choose || !mayChoose(dims)) return <span className={className}>{children}</span>
  return (
    <UnstyledButton
      aria-pressed={isChosen(dims)}
      className={[classes.choice, className ?? ''].join(' ')}
      onClick={() => choose(dims)}
      title={t(isChosen(dims) ? 'board.choice.letGo' : 'board.choice.choose')}
    >
      {children}
    </UnstyledButton>
  )
}
