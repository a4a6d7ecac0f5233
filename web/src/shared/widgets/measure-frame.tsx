import { ActionIcon } from '@mantine/core'
import { createContext, type ReactNode, use, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Query, Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { type Drawing, ringOf } from '@/shared/geo/drawing'
import { FigureQuery, usePassport } from '@/shared/passport/use-passport'
import { Icon } from '@/shared/ui/icon'
import { WidgetFrame } from '@/shared/ui/widget-frame'
import { DrillItems } from '@/shared/widget-actions/drill-items'

import { MeasureFooter } from './measure-footer'
import { periodText } from './period-text'
import { type TableContent, TableForm, TableSwitch } from './table-form'
import { type Asked, useIndicators } from './use-answer'
import { useLimits } from './use-limits'
import type { BoardView } from './widget-query'

/** What is drawn on the board's map; a widget that it does not filter says so. */
export const DrawnShape = createContext<Drawing | undefined>(undefined)

type Props = {
  widget: Widget
  view: BoardView
  query: Query
  asked: Asked
  at?: number | null
  /** What a chart draws, as a table for those who do not see it or want the figures. */
  table?: () => TableContent
  children: ReactNode
}

/** The title of a widget: its own, or its indicators' short names. */
export function useWidgetTitle(widget: Widget): string {
  const indicators = useIndicators()
  const format = useFormat()
  if (widget.title) return format.text(widget.title)
  const names = (widget.indicators ?? []).map((name) => {
    const found = indicators.get(name)
    return format.text((widget.indicators?.length ?? 0) > 1 ? (found?.short ?? found?.title) : found?.title) || name
  })
  return names.join(' · ')
}

/** The frame of a widget that is bound to a query, with its way to the passport. */
export function MeasureFrame({ widget, view, query, asked, at, table, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport, hasPassport } = usePassport()
  const title = useWidgetTitle(widget)
  const drawn = use(DrawnShape)
  const unfiltered = drawn !== undefined && ringOf(drawn) !== null && !query.where?.place
  const indicators = useIndicators()
  const [asTable, setAsTable] = useState(false)
  const indicator = query.indicators[0]
  const label = t('passport.openFor', { title })
  const thenEmpty = asked.status.kind === 'empty' && query.as_of
  return (
    <WidgetFrame
      actions={
        <>
          {table && asked.status.kind === 'ready' ? (
            <TableSwitch onChange={setAsTable} pressed={asTable} title={title} />
          ) : null}
          {indicator && hasPassport ? (
            <ActionIcon
              aria-label={label}
              onClick={() => openPassport({ indicator, query })}
              size="md"
              title={t('passport.open')}
            >
              <Icon name="certificate" size={17} />
            </ActionIcon>
          ) : null}
        </>
      }
      asks={asked.key}
      footer={asked.answer ? <MeasureFooter answer={asked.answer} at={at} query={query} /> : undefined}
      limits={useLimits(widget, view)}
      menu={<DrillItems answer={asked.answer} query={query} />}
      source={{ datasets: [...new Set(query.indicators.flatMap((name) => indicators.get(name)?.dataset ?? []))], query, answer: asked.answer }}
      staleFor={asked.staleFor}
      status={thenEmpty ? { kind: 'empty', title: t('common.emptyThen'), hint: t('common.emptyThenHint') } : asked.status}
      subtitle={[periodText(query.time ?? {}, t, format), unfiltered ? t('map.draw.notHere') : ''].filter(Boolean).join(' · ')}
      title={title}
    >
      <FigureQuery value={query}>{table && asTable ? <TableForm content={table()} label={title} /> : children}</FigureQuery>
    </WidgetFrame>
  )
}
