import '@mantine/dates/styles.css'
import 'dayjs/locale/vi'

import { DatesProvider, DateTimePicker } from '@mantine/dates'

import { useFormat } from '@/shared/format/use-format'

type Props = {
  label: string
  value: string | null
  onChange: (moment: string | null) => void
  max?: string
  clearLabel?: string
}

/** A moment on the city's wall clock, dd/MM/yyyy HH:mm; given and taken as RFC 3339. Loaded where it is opened. */
export function MomentPicker({ label, value, onChange, max, clearLabel }: Props) {
  const format = useFormat()
  return (
    <DatesProvider settings={{ locale: format.language, firstDayOfWeek: 1, weekendDays: [] }}>
      <DateTimePicker
        clearable={clearLabel !== undefined}
        clearButtonProps={{ 'aria-label': clearLabel }}
        label={label}
        maxDate={max ? format.wall(max) : undefined}
        onChange={(wall) => onChange(wall ? format.fromWall(wall) : null)}
        placeholder="dd/MM/yyyy HH:mm"
        popoverProps={{ withinPortal: false }}
        size="sm"
        value={value ? format.wall(value) : null}
        valueFormat="DD/MM/YYYY HH:mm"
      />
    </DatesProvider>
  )
}
