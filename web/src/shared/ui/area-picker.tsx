import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { fold } from '@/shared/format/fold'
import { useCity, useFormat } from '@/shared/format/use-format'

type Props = { value: string | undefined; onChange: (code: string | undefined) => void; className?: string }

/** A commune of the city, found with or without diacritics. */
export function AreaPicker({ value, onChange, className }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const { data: communes = [] } = useQuery(ask.areas({ parent: city.area, level: 'commune' }))
  const options = communes.map((area) => ({
    value: area.code,
    label: format.language === 'en' && area.name_en ? area.name_en : area.full_name,
  }))
  if (value && !options.some((option) => option.value === value)) options.push({ value, label: value })
  return (
    <Select
      aria-label={t('board.area')}
      className={className}
      clearable
      clearButtonProps={{ 'aria-label': t('board.wholeCity') }}
      data={options}
      filter={({ options: found, search }) =>
        found.filter((option) => 'label' in option && fold(option.label).includes(fold(search)))
      }
      limit={60}
      nothingFoundMessage={t('board.noArea')}
      onChange={(code) => onChange(code ?? undefined)}
      placeholder={t('board.wholeCity')}
      searchable
      size="sm"
      value={value ?? null}
    />
  )
}
