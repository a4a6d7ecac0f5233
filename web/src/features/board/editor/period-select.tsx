import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { parseDuration } from '@/shared/format/duration'
import { useFormat } from '@/shared/format/use-format'

type Props = { label: string; value: string | null; onChange: (last: string | null) => void; whole?: string }

const presets = ['24h', '7d', '30d', '365d'] as const

/** A period up to now; `whole` is what no choice means, where there may be none. */
export function PeriodSelect({ label, value, onChange, whole }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const known = presets.map((preset) => ({ value: preset as string, label: t(`board.period.${preset}`) }))
  const equal = presets.find((preset) => value && parseDuration(preset) === parseDuration(value))
  if (value && !equal && !known.some((one) => one.value === value)) {
    known.unshift({ value, label: format.span(parseDuration(value) ?? 0) })
  }
  const data = whole === undefined ? known : [{ value: '', label: whole }, ...known]
  return (
    <Select
      allowDeselect={false}
      data={data}
      label={label}
      onChange={(chosen) => onChange(chosen || null)}
      value={equal ?? value ?? ''}
    />
  )
}
