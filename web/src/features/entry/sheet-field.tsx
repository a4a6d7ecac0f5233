import { useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { FormColumn, Scalar } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { isNumeric, valueOf } from './block'
import { grouped, readNumber, typed } from './numbers'
import classes from './sheet.module.css'

type Props = {
  column: FormColumn
  value: Scalar
  label: string
  /** Row and column in the sheet, as 3:0. */
  place: string
  /** What is said of the cell: ids of remarks, and how bad they are. */
  described: readonly string[]
  mark: 'bad' | 'watch' | null
  onChange: (value: Scalar) => void
}

/** A cell that is typed into. */
export function SheetField(props: Props) {
  return props.column.codes || props.column.type === 'boolean' ? <ChoiceField {...props} /> : <TextField {...props} />
}

function TextField({ column, value, label, place, described, mark, onChange }: Props) {
  const { t } = useTranslation()
  const { language, day } = useFormat()
  const hint = useId()
  const [editing, setEditing] = useState<{ text: string; value: Scalar; start: Scalar } | null>(null)
  const [read, setRead] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const clicked = useRef(false)
  const begun = editing !== null
  useLayoutEffect(() => {
    if (begun) input.current?.select()
  }, [begun])
  const numeric = isNumeric(column)
  const asTyped = (one: Scalar) =>
    typeof one === 'number' ? typed(one, language) : column.type === 'date' ? day(String(one ?? '')) : String(one ?? '')
  const asShown = typeof value === 'number' ? grouped(value, language) : asTyped(value)
  const text = editing === null ? asShown : editing.value === value ? editing.text : asTyped(value)

  const take = (typing: string) => {
    const next = valueOf(column, typing, language)
    const reading = numeric ? readNumber(typing, language) : null
    const other = reading?.other ?? null
    setEditing({ text: typing, value: next, start: editing ? editing.start : value })
    if (!reading?.doubt) setRead(null)
    else if (other === null) setRead(t('entry.sheet.read', { value: typed(reading.value, language) }))
    else setRead(t('entry.sheet.readNot', { value: typed(reading.value, language), other: typed(other, language) }))
    onChange(next)
  }
  return (
    <>
      <input
        aria-describedby={[...described, ...(read ? [hint] : [])].join(' ') || undefined}
        aria-invalid={mark === 'bad' || undefined}
        aria-label={label}
        autoComplete="off"
        className={classes.field}
        data-cell={place}
        data-mark={mark ?? undefined}
        data-numeric={numeric || undefined}
        inputMode={numeric ? 'decimal' : undefined}
        maxLength={2000}
        onBlur={() => setEditing(null)}
        onChange={({ currentTarget }) => take(currentTarget.value)}
        onFocus={() => setEditing({ text: asTyped(value), value, start: value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !editing) return
          event.preventDefault()
          setRead(null)
          setEditing({ text: asTyped(editing.start), value: editing.start, start: editing.start })
          onChange(editing.start)
        }}
        onMouseDown={() => {
          clicked.current = !begun
        }}
        onMouseUp={(event) => {
          if (!clicked.current) return
          event.preventDefault()
          event.currentTarget.select()
        }}
        placeholder={column.type === 'date' ? 'dd/MM/yyyy' : undefined}
        ref={input}
        spellCheck={false}
        type="text"
        value={text}
      />
      {read ? (
        <span className={classes.read} id={hint}>
          {read}
        </span>
      ) : null}
    </>
  )
}

function ChoiceField({ column, value, label, place, described, mark, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const choices: [Scalar, string][] = column.codes
    ? Object.entries(column.codes).map(([code, name]) => [code, format.text(name)])
    : [[true, t('common.yes')], [false, t('common.no')]]
  const known = value === null || choices.some(([one]) => one === value)
  return (
    <select
      aria-describedby={described.join(' ') || undefined}
      aria-invalid={mark === 'bad' || undefined}
      aria-label={label}
      className={classes.field}
      data-cell={place}
      data-mark={mark ?? undefined}
      onChange={({ currentTarget }) => onChange(choices.find(([one]) => String(one) === currentTarget.value)?.[0] ?? null)}
      value={String(value ?? '')}
    >
      <option value="">–</option>
      {known ? null : <option value={String(value)}>{String(value)}</option>}
      {choices.map(([one, name]) => (
        <option key={String(one)} value={String(one)}>
          {name}
        </option>
      ))}
    </select>
  )
}
