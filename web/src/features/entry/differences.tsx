import { useTranslation } from 'react-i18next'

import type { EntryForm, EntryRow } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'

import { isNumeric } from './block'
import type { Look } from './draft'
import classes from './entry.module.css'
import { grouped, shareOfChange } from './numbers'
import { Share } from './sheet-row'

type Props = { form: EntryForm; rows: readonly EntryRow[]; look: Look }

/** What changed against the period before, the greatest change first. */
export function Differences({ form, rows, look }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const numbers = form.columns.filter(isNumeric)
  const changed = rows
    .flatMap((row, index) =>
      numbers.flatMap((column) => {
        const [now, was] = [row[column.name], look.before[index]?.[column.name]]
        if (typeof now !== 'number' || typeof was !== 'number' || now === was) return []
        const code = form.rows === null ? undefined : String(row[form.rows] ?? '')
        const name = format.text(code === undefined ? null : form.row_codes[code]) || code || t('entry.sheet.rowNumber', { row: index + 1 })
        const title = numbers.length > 1 ? `${name}: ${format.text(column.title)}` : name
        return [{ title, now, was, share: shareOfChange(now, was) }]
      }),
    )
    .sort((a, b) => Math.abs(b.share ?? Infinity) - Math.abs(a.share ?? Infinity))
  const sign = (value: number) => `${value > 0 ? '+' : '−'}${grouped(Number(Math.abs(value).toPrecision(12)), format.language)}`
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('entry.differences.title')}</h2>
      {changed.length === 0 ? <p className={classes.dim}>{t('entry.differences.none')}</p> : null}
      {changed.length > 0 ? (
        <DataTable
          columns={[
            { key: 'row', title: form.row_title ? format.text(form.row_title) : t('entry.sheet.row') },
            { key: 'was', title: t('entry.sheet.before'), align: 'end' },
            { key: 'now', title: t('entry.differences.now'), align: 'end' },
            { key: 'by', title: t('entry.differences.by'), align: 'end' },
            { key: 'share', title: '%', align: 'end' },
          ]}
          dense
          label={t('entry.differences.title')}
          renderRow={({ title, now, was, share }) => [
            title,
            grouped(was, format.language),
            grouped(now, format.language),
            sign(now - was),
            share === null ? '–' : <Share key="share" share={share} />,
          ]}
          rows={changed}
        />
      ) : null}
    </section>
  )
}
