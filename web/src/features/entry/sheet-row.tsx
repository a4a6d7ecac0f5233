import { memo, useId } from 'react'
import { useTranslation } from 'react-i18next'

import type { EntryForm, EntryRow, FormColumn, Remark, Scalar } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { StateMark } from '@/shared/ui/state-mark'

import { isNumeric } from './block'
import { grouped, shareOfChange } from './numbers'
import { SheetField } from './sheet-field'
import classes from './sheet.module.css'
import { useShown } from './use-shown'

type Props = {
  form: EntryForm
  row: EntryRow
  index: number
  before: EntryRow | null
  yearBefore: EntryRow | null
  remarks: readonly Remark[]
  writable: boolean
  onCell: (row: number, column: string, value: Scalar) => void
}

/** A row of the sheet: its name, what is typed beside what was, and what is wrong or odd about it. */
export const SheetRow = memo(function SheetRow({ form, row, index, before, yearBefore, remarks, writable, onCell }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const id = useId()
  const shown = useShown()
  const code = form.rows === null ? null : String(row[form.rows] ?? '')
  const named = code === null ? undefined : form.row_codes[code]
  const name = named ? format.text(named) : (code ?? t('entry.sheet.rowNumber', { row: index + 1 }))
  const grave = remarks.some((one) => one.grave)
  const of = (column: string) => remarks.flatMap((one, place) => (one.column === column ? [{ ...one, id: `${id}-${place}` }] : []))
  return (
    <tr data-state={grave ? 'bad' : remarks.length > 0 ? 'watch' : undefined}>
      <th scope="row">{name}</th>
      {form.columns.map((column, place) => {
        const told = of(column.name)
        return [
          <td className={classes.input} data-align={isNumeric(column) ? 'end' : undefined} data-label={format.text(column.title)} key={column.name}>
            {writable ? (
              <SheetField
                column={column}
                described={told.map((one) => one.id)}
                label={`${name}: ${format.text(column.title)}`}
                mark={told.some((one) => one.grave) ? 'bad' : told.length > 0 ? 'watch' : null}
                onChange={(value) => onCell(index, column.name, value)}
                place={`${index}:${place}`}
                value={row[column.name] ?? null}
              />
            ) : (
              <span className={classes.value}>{shown(column, row[column.name] ?? null)}</span>
            )}
          </td>,
          ...(isNumeric(column) ? past(column) : []),
        ]
      })}
      <td className={classes.remarks} data-empty={remarks.length === 0 || undefined} data-label={t('entry.sheet.remarks')}>
        {remarks.length > 0 ? (
          <ul>
            {remarks.map((one, place) => (
              <li id={`${id}-${place}`} key={`${one.column} ${one.code}`}>
                <StateMark state={one.grave ? 'bad' : 'watch'} word={t(one.grave ? 'entry.sheet.wrong' : one.code === 'left_out' ? 'entry.sheet.leftOut' : 'entry.sheet.odd')} />
                <span>
                  {form.columns.length > 1 && one.column ? `${columnName(one.column)}: ` : ''}
                  {format.text(one.text)}
                </span>
              </li>
            ))}
          </ul>
        ) : null}
      </td>
    </tr>
  )

  function columnName(column: string): string {
    const found = form.columns.find((one) => one.name === column)
    return format.text(found?.title ?? (column === form.rows ? form.row_title : null)) || column
  }

  function past(column: FormColumn) {
    const share = shareOfChange(row[column.name], before?.[column.name])
    const cell = (word: 'before' | 'yearBefore', value: Scalar) => (
      <td className={classes.past} data-align="end" data-label={t(`entry.sheet.${word}`)} key={`${column.name}.${word}`}>
        {typeof value === 'number' ? grouped(value, format.language) : '–'}
      </td>
    )
    return [
      <td className={classes.past} data-align="end" data-label={t('entry.sheet.change')} key={`${column.name}.change`}>
        {share === null ? '–' : <Share share={share} />}
      </td>,
      cell('before', before?.[column.name] ?? null),
      cell('yearBefore', yearBefore?.[column.name] ?? null),
    ]
  }
})

/** A share of change with its sign: +3,2 %. */
export function Share({ share }: { share: number }) {
  const format = useFormat()
  const sign = share > 0 ? '+' : share < 0 ? '−' : ''
  return (
    <>
      {sign}
      {format.number(Math.abs(share) * 100, 1)} %
    </>
  )
}
