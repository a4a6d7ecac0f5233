import { type ClipboardEvent, type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import type { EntryForm, EntryRow, Scalar } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { isNumeric } from './block'
import type { Look } from './draft'
import { SheetRow } from './sheet-row'
import classes from './sheet.module.css'

type Props = {
  form: EntryForm
  rows: EntryRow[]
  look: Look
  writable: boolean
  onCell: (row: number, column: string, value: Scalar) => void
  onPaste: (row: number, column: number, text: string) => void
}

type Field = HTMLInputElement | HTMLSelectElement

const nothing: never[] = []

function placeOf(target: EventTarget): [row: number, column: number] | null {
  const cell = target instanceof HTMLElement ? target.dataset.cell : undefined
  const [row, column] = cell?.split(':').map(Number) ?? []
  return row === undefined || column === undefined ? null : [row, column]
}

/** Whether an arrow has nowhere to go within the text of a field. */
function atEdge(field: Field, key: string): boolean {
  if (field instanceof HTMLSelectElement) return true
  const { selectionStart, selectionEnd, value } = field
  const whole = selectionStart === 0 && selectionEnd === value.length
  return whole || (selectionStart === selectionEnd && selectionStart === (key === 'ArrowLeft' ? 0 : value.length))
}

/** The figures of a submission as a spreadsheet: arrows, Tab and Enter lead from cell to cell, blocks are pasted as they are copied. */
export function Sheet({ form, rows, look, writable, onCell, onPaste }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const table = useRef<HTMLTableElement>(null)

  const go = (row: number, column: number): boolean => {
    const field = table.current?.querySelector<Field>(`[data-cell="${row}:${column}"]`)
    field?.focus()
    return field !== null && field !== undefined
  }

  const press = (event: KeyboardEvent<HTMLTableElement>) => {
    const place = placeOf(event.target)
    const field = event.target as Field
    if (!place || event.altKey || event.metaKey || event.nativeEvent.isComposing) return
    const [row, column] = place
    const { key } = event
    const select = field instanceof HTMLSelectElement
    let gone = false
    if (event.ctrlKey) {
      if (key === 'Home') gone = go(0, 0)
      else if (key === 'End') gone = go(rows.length - 1, form.columns.length - 1)
    } else if (key === 'Enter') gone = go(row + (event.shiftKey ? -1 : 1), column) || go(event.shiftKey ? rows.length - 1 : 0, column + (event.shiftKey ? -1 : 1))
    else if (event.shiftKey) return
    else if (key === 'ArrowDown' && !select) gone = go(row + 1, column)
    else if (key === 'ArrowUp' && !select) gone = go(row - 1, column)
    else if (key === 'ArrowLeft' && atEdge(field, key)) gone = go(row, column - 1)
    else if (key === 'ArrowRight' && atEdge(field, key)) gone = go(row, column + 1)
    else if (key === 'F2' && !select) {
      field.setSelectionRange(field.value.length, field.value.length)
      gone = true
    }
    if (gone || key === 'Enter') event.preventDefault()
  }

  const paste = (event: ClipboardEvent<HTMLTableElement>) => {
    const place = placeOf(event.target)
    const field = event.target as HTMLInputElement
    if (!place || !writable) return
    const text = event.clipboardData.getData('text/plain')
    const whole = field.value === '' || (field.selectionStart === 0 && field.selectionEnd === field.value.length)
    const block = /[\t\n]/.test(text.trimEnd())
    if (!block && !(isNumeric(form.columns[place[1]]) && whole)) return
    event.preventDefault()
    onPaste(place[0], place[1], text)
  }

  const numbers = form.columns.filter(isNumeric)
  const title = (column: EntryForm['columns'][number]) => `${format.text(column.title)}${column.unit ? ` (${column.unit})` : ''}`
  const of = (word: string, column: EntryForm['columns'][number]) => (numbers.length > 1 ? `${word}: ${format.text(column.title)}` : word)
  return (
    <div className={classes.scroll}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- what its fields hear is heard here, once */}
      <table aria-label={t('entry.sheet.label')} className={classes.sheet} onKeyDown={press} onPaste={paste} ref={table}>
        <thead>
          <tr>
            <th scope="col">{form.row_title ? format.text(form.row_title) : t('entry.sheet.row')}</th>
            {form.columns.map((column) => [
              <th data-align={isNumeric(column) ? 'end' : undefined} key={column.name} scope="col" title={column.description ? format.text(column.description) : undefined}>
                {title(column)}
                {column.required ? <span aria-hidden="true"> *</span> : null}
              </th>,
              ...(isNumeric(column)
                ? (['change', 'before', 'yearBefore'] as const).map((word) => (
                    <th data-align="end" key={`${column.name}.${word}`} scope="col">
                      {of(t(`entry.sheet.${word}`), column)}
                    </th>
                  ))
                : []),
            ])}
            <th scope="col">{t('entry.sheet.remarks')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <SheetRow
              before={look.before[index] ?? null}
              form={form}
              index={index}
              // oxlint-disable-next-line react/no-array-index-key -- a row is its place in the sheet
              key={index}
              onCell={onCell}
              remarks={look.remarks[index] ?? nothing}
              row={row}
              writable={writable}
              yearBefore={look.yearBefore[index] ?? null}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}
