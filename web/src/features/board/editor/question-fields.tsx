import { MultiSelect, NumberInput, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Compare, Grain, Indicator, Widget, WidgetKind } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { orderOf } from '@/shared/widgets/widget-query'

import { type Known, splittable } from './widget-kinds'

type FieldProps = { widget: Widget; indicator: Indicator; onChange: (widget: Widget) => void }

const grains: Grain[] = ['minute', 'quarter_hour', 'hour', 'day', 'week', 'month', 'quarter', 'year']
const stepped = new Set<WidgetKind>(['line', 'area', 'bar', 'heat', 'table'])
const compared = new Set<WidgetKind>(['number', 'line', 'area', 'table', 'bullet'])
const ordered = new Set<WidgetKind>(['bar', 'ranking', 'pie', 'table', 'bullet', 'status'])
const limited = new Set<WidgetKind>(['bar', 'ranking', 'pie', 'table', 'records', 'feed', 'timeline', 'status'])

/** How a number is asked for: by which step of time, against what, in which order. */
export function QuestionFields({ widget, indicator, onChange }: FieldProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const split = (widget.by?.length ?? 0) > 0
  const steps = grains.slice(grains.indexOf(indicator.per))
  const against: Compare[] = ['previous', 'year', ...(indicator.has_target || widget.compare === 'target' ? ['target' as const] : [])]
  const first = widget.indicators?.[0] ?? indicator.id
  const orders = [
    { value: '', label: t('editor.order.asIs') },
    { value: `-${first}`, label: t('editor.order.most', { name: format.text(indicator.title) }) },
    { value: first, label: t('editor.order.least', { name: format.text(indicator.title) }) },
    ...(widget.by ?? []).slice(0, 1).map((by) => ({ value: by, label: t('editor.order.name') })),
  ]
  const order = orderOf(widget.order ?? '', widget.indicators ?? [])
  if (!orders.some(({ value }) => value === order)) orders.push({ value: order, label: order })
  return (
    <>
      {stepped.has(widget.kind) ? (
        <Select
          allowDeselect={false}
          data={[
            { value: '', label: t(widget.kind === 'bar' && split ? 'editor.grain.none' : widget.kind === 'table' ? 'editor.grain.none' : 'editor.grain.auto') },
            ...steps.map((value) => ({ value, label: t(`editor.grain.${value}`) })),
          ]}
          label={t('editor.grainLabel')}
          onChange={(grain) => onChange({ ...widget, grain: (grain || null) as Grain | null })}
          value={widget.grain ?? ''}
        />
      ) : null}
      {compared.has(widget.kind) ? (
        <Select
          allowDeselect={false}
          data={[{ value: '', label: t('board.compare.none') }, ...against.map((value) => ({ value, label: t(`board.compare.${value}`) }))]}
          label={t('board.compare.label')}
          onChange={(compare) => onChange({ ...widget, compare: (compare || null) as Compare | null })}
          value={widget.compare ?? ''}
        />
      ) : null}
      {ordered.has(widget.kind) && split && splittable.has(widget.kind) ? (
        <Select allowDeselect={false} data={orders} label={t('editor.orderLabel')} onChange={(chosen) => onChange({ ...widget, order: chosen || null })} value={order} />
      ) : null}
    </>
  )
}

/** How many rows at most. */
export function LimitField({ widget, onChange }: Omit<FieldProps, 'indicator'>) {
  const { t } = useTranslation()
  if (!limited.has(widget.kind)) return null
  return (
    <NumberInput
      allowDecimal={false}
      clampBehavior="blur"
      label={t('editor.limit')}
      max={1000}
      min={1}
      onChange={(limit) => onChange({ ...widget, limit: typeof limit === 'number' && limit >= 1 ? Math.min(limit, 1000) : null })}
      placeholder={t('editor.limitNone')}
      value={widget.limit ?? ''}
    />
  )
}

type ListProps = { label: string; data: { value: string; label: string }[]; value: string[]; onChange: (chosen: string[]) => void }

/** Several things in the order in which they were chosen, found with or without diacritics. */
function Several({ label, data, value, onChange }: ListProps) {
  const { t } = useTranslation()
  return (
    <MultiSelect
      data={data}
      filter={({ options, search }) =>
        options.filter((option) => 'value' in option && fold(`${option.label} ${option.value}`).includes(fold(search)))
      }
      label={label}
      limit={80}
      nothingFoundMessage={t('editor.noneFound')}
      onChange={onChange}
      searchable
      value={value}
    />
  )
}

/** The columns that a list of records shows. */
export function ColumnsField({ widget, dataset, onChange }: { widget: Widget; dataset: string; onChange: (widget: Widget) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(ask.dataset(dataset))
  const columns = (data?.columns ?? []).map(({ name, title }) => ({ value: name, label: format.text(title) }))
  return <Several data={columns} label={t('editor.columns')} onChange={(chosen) => onChange({ ...widget, columns: chosen })} value={widget.columns ?? []} />
}

/** The indicators of a table: as many columns of figures. */
export function IndicatorsField({ widget, known, onChange }: { widget: Widget; known: Known; onChange: (widget: Widget) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const dataset = known.indicators.get(widget.indicators?.[0] ?? '')?.dataset
  const all = [...known.indicators.values()].filter((one) => one.dataset === dataset)
  return (
    <Several
      data={all.map(({ id, title }) => ({ value: id, label: format.text(title) }))}
      label={t('editor.indicators')}
      onChange={(chosen) => chosen.length > 0 && onChange({ ...widget, indicators: chosen })}
      value={widget.indicators ?? []}
    />
  )
}

/** The layers of a map. */
export function LayersField({ widget, known, onChange }: { widget: Widget; known: Known; onChange: (widget: Widget) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Several
      data={[...known.layers.values()].map(({ id, title }) => ({ value: id, label: format.text(title) }))}
      label={t('editor.layers')}
      onChange={(chosen) => chosen.length > 0 && onChange({ ...widget, layers: chosen })}
      value={widget.layers ?? []}
    />
  )
}
