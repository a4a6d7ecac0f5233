import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'
import { useNow } from '@/shared/ui/use-now'

type Props = { due: string; late: boolean; days: number; open: boolean }

/** When something is due, and how long that still is, or has been in working days. */
export function DueTime({ due, late, days, open }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  const left = (Date.parse(due) - now) / 1000
  return (
    <span>
      {t('entry.dueAt', { at: format.moment(due) })}
      {late ? <b> · {days > 0 ? t('entry.lateDays', { count: days }) : t('entry.lateToday')}</b> : null}
      {open && !late && left > 0 ? ` · ${t('entry.left', { span: format.span(left) })}` : null}
    </span>
  )
}
