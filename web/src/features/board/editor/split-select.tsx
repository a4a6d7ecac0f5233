import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Indicator, Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

type Props = { widget: Widget; indicator: Indicator; onChange: (widget: Widget) => void }

/** By what a number may be split: the columns of its dataset, the levels of areas it knows, its unit, its source. */
export function splitsOf({ dimensions, areas }: Pick<Indicator, 'dimensions' | 'areas'>): string[] {
  return [...dimensions, ...areas.map((level) => `area:${level}`), 'unit', 'source']
}

/** By what the number is split: one of those that its dataset supports. */
export function SplitSelect({ widget, indicator, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(ask.dataset(indicator.dataset))
  const titles = new Map(data?.columns.map((column) => [column.name, format.text(column.title)]))
  const nameOf = (one: string): string => {
    switch (one) {
      case 'area:commune':
        return t('editor.byCommune')
      case 'area:province':
        return t('editor.byProvince')
      case 'unit':
        return t('editor.byUnit')
      case 'source':
        return t('editor.bySource')
      default:
        return titles.get(one) ?? one
    }
  }
  const current = widget.by ?? []
  const value = current.join(' ')
  const options = splitsOf(indicator).map((one) => ({ value: one, label: nameOf(one) }))
  if (value && !options.some((option) => option.value === value)) {
    options.unshift({ value, label: current.map(nameOf).join(' · ') })
  }
  const needed = widget.kind === 'ranking' || widget.kind === 'pie'
  return (
    <Select
      allowDeselect={false}
      data={needed ? options : [{ value: '', label: t('editor.noSplit') }, ...options]}
      label={t('editor.split')}
      onChange={(chosen) =>
        onChange({ ...widget, by: chosen ? chosen.split(' ') : [], order: current.includes(widget.order ?? '') ? null : widget.order })
      }
      value={value}
    />
  )
}
