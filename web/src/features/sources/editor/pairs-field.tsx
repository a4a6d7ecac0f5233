import { ActionIcon, Button, Input, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Icon } from '@/shared/ui/icon'

import classes from './source-editor.module.css'

type Pair = readonly [name: string, value: string]
type Props = { label: string; about: string; error: string | undefined; value: unknown; onChange: (pairs: Record<string, string> | undefined) => void }

function pairsOf(value: unknown): Pair[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, one]) => [name, String(one)] as const)
}

/** Names with their values, a line each: headers, parameters. */
export function PairsField({ label, about, error, value, onChange }: Props) {
  const { t } = useTranslation()
  const [pairs, setPairs] = useState(() => pairsOf(value))
  const change = (next: Pair[]) => {
    setPairs(next)
    const told = next.filter(([name]) => name !== '')
    onChange(told.length > 0 ? Object.fromEntries(told) : undefined)
  }
  const put = (row: number, pair: Pair) => change(pairs.map((one, index) => (index === row ? pair : one)))
  return (
    <fieldset className={classes.pairs}>
      <legend>{label}</legend>
      <Input.Description>{about}</Input.Description>
      {pairs.map(([name, text], row) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line has no other identity
        <div className={classes.pair} key={row}>
          <TextInput
            aria-label={`${label}: ${t('source.edit.key')} ${row + 1}`}
            onChange={({ currentTarget }) => put(row, [currentTarget.value, text])}
            placeholder={t('source.edit.key')}
            spellCheck={false}
            value={name}
          />
          <TextInput
            aria-label={`${label}: ${t('source.edit.value')} ${row + 1}`}
            onChange={({ currentTarget }) => put(row, [name, currentTarget.value])}
            placeholder={t('source.edit.value')}
            spellCheck={false}
            value={text}
          />
          <ActionIcon
            aria-label={`${label}: ${t('source.edit.removeRow', { row: row + 1 })}`}
            onClick={() => change(pairs.filter((_, index) => index !== row))}
          >
            <Icon name="x" size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button aria-label={`${label}: ${t('source.edit.addRow')}`} leftSection={<Icon name="plus" size={14} />} onClick={() => change([...pairs, ['', '']])} size="compact-sm" variant="default">
        {t('source.edit.addRow')}
      </Button>
      {error ? <Input.Error>{error}</Input.Error> : null}
    </fieldset>
  )
}
