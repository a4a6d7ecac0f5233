import { Autocomplete, JsonInput, NumberInput, PasswordInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import type { SourceChoice } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'

import { bodyOf, idOf } from './draft'
import { PairsField } from './pairs-field'
import type { Setting } from './schema'
import type { Bench } from './use-bench'

/** What a setting means stands below its field, so that fields beside each other are level. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'error', 'description']

type Props = { setting: Setting; bench: Bench; sealed: boolean; error: string | undefined }

/** One setting of a connector, asked for as its schema says. */
export function SettingField({ setting, bench, sealed, error }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { name, kind, required, fallback } = setting
  const value = bench.draft.declaration.settings?.[name]
  const said = fallback === undefined || fallback === null || fallback === '' || kind === 'switch' ? '' : String(fallback)
  const shown = {
    label: format.text(setting.title),
    description: format.text(setting.about),
    error,
    required: required && !sealed,
    withAsterisk: required,
    inputWrapperOrder: order,
  }
  const set = (next: unknown) => bench.setSetting(name, next)
  const example = setting.example === undefined || typeof setting.example === 'object' ? undefined : String(setting.example)
  const placeholder = said ? t('source.edit.default', { value: said }) : example
  switch (kind) {
    case 'secret':
      return (
        <PasswordInput
          {...shown}
          autoComplete="new-password"
          onChange={({ currentTarget }) => bench.setSecret(name, currentTarget.value)}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text')
            if (!text.includes('\n')) return
            event.preventDefault()
            bench.setSecret(name, text)
          }}
          placeholder={t(sealed ? 'source.edit.secretKept' : 'source.edit.secretHint')}
          value={bench.secrets[name] ?? ''}
          visibilityToggleButtonProps={{ 'aria-label': t('shell.showPassword') }}
        />
      )
    case 'switch':
      return (
        <Switch
          description={shown.description}
          error={error}
          label={shown.label}
          checked={typeof value === 'boolean' ? value : fallback === true}
          onChange={({ currentTarget }) => set(currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <Select
          {...shown}
          clearable={!required}
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={[...setting.choices]}
          onChange={(chosen) => set(chosen ?? undefined)}
          placeholder={placeholder}
          value={typeof value === 'string' ? value : null}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...shown}
          allowDecimal={!setting.whole}
          decimalSeparator=","
          max={setting.most}
          min={setting.least}
          onChange={(next) => set(next === '' ? undefined : Number(next))}
          placeholder={placeholder}
          thousandSeparator="."
          value={typeof value === 'number' ? value : ''}
        />
      )
    case 'list':
      return setting.suggested ? (
        <Suggested bench={bench} setting={setting} several shown={shown} />
      ) : (
        <TagsInput {...shown} onChange={set} placeholder={placeholder} value={texts(value)} />
      )
    case 'pairs':
      return <PairsField about={shown.description} error={error} label={shown.label} onChange={set} value={value} />
    case 'json':
      return (
        <JsonInput
          {...shown}
          autosize
          defaultValue={value === undefined ? '' : JSON.stringify(value, null, 2)}
          minRows={2}
          onChange={(text) => {
            try {
              set(text === '' ? undefined : (JSON.parse(text) as unknown))
            } catch {
              // What is half typed is not taken yet; the field says so.
            }
          }}
          placeholder={setting.example === undefined ? t('source.edit.json') : JSON.stringify(setting.example)}
          validationError={t('source.edit.jsonWrong')}
        />
      )
    case 'text': {
      if (setting.suggested) return <Suggested bench={bench} setting={setting} several={false} shown={shown} />
      const field = { ...shown, placeholder, value: value === undefined || value === null ? '' : String(value) }
      return setting.pattern ? (
        <TextInput {...field} onChange={({ currentTarget }) => set(currentTarget.value || undefined)} spellCheck={false} />
      ) : (
        <Textarea {...field} autosize maxRows={12} minRows={1} onChange={({ currentTarget }) => set(currentTarget.value || undefined)} spellCheck={false} />
      )
    }
  }
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

type Shown = { label: string; description: string; error: string | undefined; required: boolean; withAsterisk: boolean; inputWrapperOrder: typeof order }
type SuggestedProps = { setting: Setting; bench: Bench; several: boolean; shown: Shown }

/** A setting whose values the other side can list: asked when the field is entered; anything can be typed besides. */
function Suggested({ setting, bench, several, shown }: SuggestedProps) {
  const { draft, secrets } = bench
  const value = draft.declaration.settings?.[setting.name]
  const asking = useMutation({
    mutationFn: () => {
      const id = idOf({ ...draft, short: draft.short || 'trial' })
      const declaration = { ...bodyOf(draft), title: { vi: '–', en: '–' } }
      const filled = Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== ''))
      return call<{ items: SourceChoice[] }>(`/sources/${encodeURIComponent(id)}/choices`, {
        method: 'POST',
        body: { declaration, secrets: filled, setting: setting.name },
      })
    },
  })
  const choices = [...new Map((asking.data?.items ?? []).map((one) => [one.value, one])).values()]
  const note = new Map(choices.map((one) => [one.value, one.note]))
  const field = {
    ...shown,
    'aria-busy': asking.isPending,
    data: choices.map((one) => one.value),
    onFocus: () => (asking.isPending || draft.declaration.dataset === '' ? undefined : asking.mutate()),
    renderOption: ({ option }: { option: { value: string } }) => (
      <span>
        {option.value} <small>{note.get(option.value)}</small>
      </span>
    ),
  }
  return (
    <div>
      {several ? (
        <TagsInput {...field} onChange={(next) => bench.setSetting(setting.name, next)} value={texts(value)} />
      ) : (
        <Autocomplete
          {...field}
          limit={200}
          onChange={(next) => bench.setSetting(setting.name, next || undefined)}
          value={value === undefined || value === null ? '' : String(value)}
        />
      )}
      {asking.isError ? <ErrorNotice error={asking.error} /> : null}
    </div>
  )
}
