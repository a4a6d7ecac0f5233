import { Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Text } from '@/shared/api/types'

type Props = {
  label: string
  value: Text | null
  onChange: (text: Text | null) => void
  long?: boolean
  placeholder?: string
  required?: boolean
}

/** A text in Vietnamese, and in English where that differs. */
export function TextFields({ label, value, onChange, long = false, placeholder, required = false }: Props) {
  const { t } = useTranslation()
  const vi = value?.vi ?? ''
  const en = value && value.en !== value.vi ? value.en : ''
  const Field = long ? Textarea : TextInput
  const set = (nextVi: string, nextEn: string) =>
    onChange(nextVi === '' && nextEn === '' ? null : { vi: nextVi, en: nextEn === '' ? nextVi : nextEn })
  const grow = long ? { autosize: true, minRows: 2, maxRows: 8 } : {}
  return (
    <>
      <Field
        label={t('editor.inVietnamese', { label })}
        lang="vi"
        maxLength={2000}
        onChange={(event) => set(event.currentTarget.value, en)}
        placeholder={placeholder}
        required={required}
        value={vi}
        {...grow}
      />
      <Field
        label={t('editor.inEnglish', { label })}
        lang="en"
        maxLength={2000}
        onChange={(event) => set(vi, event.currentTarget.value)}
        placeholder={vi || placeholder}
        value={en}
        {...grow}
      />
    </>
  )
}
