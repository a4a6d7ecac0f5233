import { ActionIcon } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { Query, Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { usePassport } from '@/shared/passport/use-passport'
import { Icon } from '@/shared/ui/icon'
import { WidgetFrame } from '@/shared/ui/widget-frame'

import { MeasureFooter } from './measure-footer'
import { periodText } from './period-text'
import { type Asked, useIndicators } from './use-answer'

type Props = { widget: Widget; query: Query; asked: Asked; at?: number | null; children: ReactNode }

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
export function MeasureFrame({ widget, query, asked, at, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const title = useWidgetTitle(widget)
  const indicator = query.indicators[0]
  const label = t('passport.openFor', { title })
  return (
    <WidgetFrame
      actions={
        indicator ? (
          <ActionIcon
            aria-label={label}
            onClick={() => openPassport({ indicator, query })}
            size="md"
            title={t('passport.open')}
          >
            <Icon name="certificate" size={17} />
          </ActionIcon>
        ) : undefined
      }
      busy={asked.busy}
      footer={asked.answer ? <MeasureFooter answer={asked.answer} at={at} query={query} /> : undefined}
      staleFor={asked.staleFor}
      status={asked.status}
      subtitle={periodText(query.time ?? {}, t, format)}
      title={title}
    >
      {children}
    </WidgetFrame>
  )
}
