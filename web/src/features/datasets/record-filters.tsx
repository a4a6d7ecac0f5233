import { Button, CloseButton, Popover, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Dataset, DatasetColumn } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { AreaPicker } from '@/shared/ui/area-picker'
import { Icon } from '@/shared/ui/icon'
import { MomentField } from '@/shared/ui/moment-field'

import type { DatasetSearch } from './dataset-search'
import classes from './datasets.module.css'

type Props = { dataset: Dataset; search: DatasetSearch; onSearch: (change: DatasetSearch) => void }

const operators = { eq: '', ge: '.ge', le: '.le', contains: '.contains' } as const
type Operator = keyof typeof operators

function offered(column: DatasetColumn | undefined): Operator[] {
  if (!column || column.codes || column.type === 'boolean') return ['eq']
  return column.type === 'text' || column.type === 'code' ? ['contains', 'eq'] : ['ge', 'le', 'eq']
}

/** Period, area and conditions on columns. */
export function RecordFilters({ dataset, search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const set = (change: DatasetSearch) => onSearch({ ...change, cursor: undefined })
  const conditions = Object.entries(search.f ?? {})
  const say = (key: string, value: string): string => {
    if (key === 'place.within') return t('map.draw.inside')
    const [column = '', operator = 'eq'] = key.split('.')
    const declared = dataset.columns.find(({ name }) => name === column)
    const shown = declared?.codes?.[value] ? format.text(declared.codes[value]) : value
    return `${format.text(declared?.title) || column} ${t(`dataset.operator.${operator as Operator}`)} ${shown}`
  }
  return (
    <>
      <div className={classes.filters}>
        <MomentField clearLabel={t('common.clear')} label={t('board.period.from')} onChange={(from) => set({ from: from ?? undefined })} value={search.from ?? null} />
        <MomentField clearLabel={t('common.clear')} label={t('board.period.to')} onChange={(to) => set({ to: to ?? undefined })} value={search.to ?? null} />
        {dataset.place ? <AreaPicker onChange={(area) => set({ area })} value={search.area} /> : null}
        <AddCondition dataset={dataset} onAdd={(key, value) => set({ f: { ...search.f, [key]: value } })} />
      </div>
      {search.as_of || conditions.length > 0 ? (
        <ul aria-label={t('dataset.conditions')} className={classes.chips}>
          {search.as_of ? (
            <Chip onRemove={() => set({ as_of: undefined })} text={t('board.asOf.at', { at: format.moment(search.as_of) })} />
          ) : null}
          {conditions.map(([key, value]) => (
            <Chip
              key={key}
              onRemove={() => set({ f: Object.fromEntries(conditions.filter(([other]) => other !== key)) })}
              text={say(key, value)}
            />
          ))}
        </ul>
      ) : null}
    </>
  )
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  const { t } = useTranslation()
  return (
    <li>
      <Button
        aria-label={t('dataset.removeCondition', { text })}
        onClick={onRemove}
        rightSection={<CloseButton component="span" size="xs" tabIndex={-1} aria-hidden="true" />}
        size="compact-sm"
        variant="default"
      >
        {text}
      </Button>
    </li>
  )
}

function AddCondition({ dataset, onAdd }: { dataset: Dataset; onAdd: (key: string, value: string) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState<string | null>(null)
  const [operator, setOperator] = useState<Operator>('eq')
  const [value, setValue] = useState('')
  const columns = dataset.columns.filter(({ type }) => type !== 'json')
  const column = columns.find((one) => one.name === name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!column || value === '') return
    onAdd(`${column.name}${operators[operator]}`, value)
    setOpened(false)
    setValue('')
  }
  return (
    <Popover onChange={setOpened} opened={opened} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button leftSection={<Icon name="filter" size={16} />} onClick={() => setOpened((open) => !open)} variant="default">
          {t('dataset.addCondition')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="sm" w={260}>
            <Select
              comboboxProps={{ withinPortal: false }}
              data={columns.map((one) => ({ value: one.name, label: format.text(one.title) }))}
              label={t('dataset.column')}
              onChange={(chosen) => {
                setName(chosen)
                setOperator(offered(columns.find((one) => one.name === chosen))[0] ?? 'eq')
                setValue('')
              }}
              searchable
              value={name}
            />
            <Select
              allowDeselect={false}
              comboboxProps={{ withinPortal: false }}
              data={offered(column).map((one) => ({ value: one, label: t(`dataset.operator.${one}`) }))}
              label={t('dataset.condition')}
              onChange={(chosen) => setOperator((chosen ?? 'eq') as Operator)}
              value={operator}
            />
            {column?.codes ? (
              <Select
                comboboxProps={{ withinPortal: false }}
                data={Object.entries(column.codes).map(([code, text]) => ({ value: code, label: format.text(text) }))}
                label={t('dataset.value')}
                onChange={(chosen) => setValue(chosen ?? '')}
                value={value || null}
              />
            ) : (
              <TextInput
                label={t('dataset.value')}
                onChange={({ currentTarget }) => setValue(currentTarget.value)}
                value={value}
              />
            )}
            <Button disabled={!column || value === ''} type="submit">
              {t('common.apply')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
