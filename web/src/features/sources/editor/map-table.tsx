import { Autocomplete, Select, TagsInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Dataset, DatasetColumn } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'

import { type Filling, fillingOf, mappedOf, type Way } from './mapping'
import classes from './source-editor.module.css'
import type { Bench } from './use-bench'

type Props = { dataset: Dataset; bench: Bench; fields: readonly string[] | undefined; errorAt: (where: string) => string | undefined }

const patterns = ['dd/MM/yyyy HH:mm:ss', 'dd/MM/yyyy HH:mm', 'yyyy-MM-dd HH:mm:ss', 'yyyyMMddHHmmss']

/** How each column of the dataset is filled from the raw fields. */
export function MapTable({ dataset, bench, fields, errorAt }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const columns = dataset.columns.filter(({ name }) => !name.startsWith('_'))
  return (
    <DataTable
      columns={[
        { key: 'column', title: t('source.edit.column') },
        { key: 'way', title: t('source.edit.way') },
        { key: 'value', title: t('source.edit.raw') },
        { key: 'more', title: `${t('dataset.unit')}, ${t('source.edit.empty')}` },
      ]}
      dense
      label={t('source.edit.map')}
      renderRow={(column) => {
        const mapped = bench.draft.declaration.map?.[column.name]
        return [
          <div className={classes.column} key="column">
            <span>{format.text(column.title)}</span>
            <small>
              <code>{column.name}</code> · {t(`dataset.types.${column.type}`)}
              {column.unit ? ` · ${column.unit}` : ''}
              {column.required ? ` · ${t('source.edit.required')}` : ''}
            </small>
          </div>,
          <WayField bench={bench} column={column} key="way" />,
          <ValueField
            bench={bench}
            column={column}
            error={errorAt(`map.${column.name}`)}
            fields={fields}
            key="value"
          />,
          mapped && 'field' in mapped ? <MoreFields bench={bench} column={column} key="more" /> : '',
        ]
      }}
      rowKey={({ name }) => name}
      rows={columns}
    />
  )
}

type ColumnProps = { column: DatasetColumn; bench: Bench }

function useFilling({ column, bench }: ColumnProps) {
  const { zone } = useFormat()
  const before = bench.draft.declaration.map?.[column.name]
  return {
    before,
    filling: fillingOf(before),
    put: (filling: Filling) => bench.setMapped(column.name, mappedOf(filling, bench.draft.declaration.time_zone ?? zone, before)),
  }
}

function WayField(props: ColumnProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { column } = props
  const { filling, put } = useFilling(props)
  const ways: Way[] = ['same', 'field', 'constant', ...(column.type === 'time' ? (['time'] as const) : []), 'expression']
  return (
    <Select
      allowDeselect={false}
      aria-label={t('source.edit.wayOf', { column: format.text(column.title) })}
      className={classes.way}
      data={ways.map((value) => ({ value, label: t(`source.edit.ways.${value}`) }))}
      onChange={(chosen) => {
        const way = (chosen ?? 'same') as Way
        const named = way === 'field' || way === 'time'
        put({ way, text: named && filling.way !== 'constant' && filling.way !== 'expression' ? filling.text : '', pattern: filling.pattern || (patterns[0] ?? '') })
      }}
      size="xs"
      value={filling.way}
    />
  )
}

function ValueField({ column, bench, fields, error }: ColumnProps & { fields: readonly string[] | undefined; error: string | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { filling, put } = useFilling({ column, bench })
  const name = format.text(column.title)
  const there = (field: string) => fields === undefined || fields.includes(field)
  if (filling.way === 'same') {
    if (fields === undefined) return <code className={classes.same}>{column.name}</code>
    if (there(column.name)) {
      return (
        <span className={classes.same}>
          <Icon name="check" size={14} /> <code>{column.name}</code>
        </span>
      )
    }
    return column.required ? <span className={classes.lacking}>{t('source.edit.lacking')}</span> : <span className={classes.same}>–</span>
  }
  if (filling.way === 'constant' || filling.way === 'expression') {
    return (
      <TextInput
        aria-label={t(filling.way === 'constant' ? 'source.edit.constantOf' : 'source.edit.expressionOf', { column: name })}
        className={classes.value}
        error={error}
        onChange={({ currentTarget }) => put({ ...filling, text: currentTarget.value })}
        size="xs"
        spellCheck={false}
        value={filling.text}
      />
    )
  }
  return (
    <div className={classes.value}>
      <Autocomplete
        aria-label={t('source.edit.fieldOf', { column: name })}
        data={[...(fields ?? [])]}
        error={error ?? (filling.text === '' || there(filling.text) ? undefined : t('source.edit.noSuch'))}
        limit={200}
        onChange={(text) => put({ ...filling, text })}
        size="xs"
        spellCheck={false}
        value={filling.text}
      />
      {filling.way === 'time' ? (
        <Autocomplete
          aria-label={t('source.edit.patternOf', { column: name })}
          data={patterns}
          filter={({ options }) => options}
          mt={4}
          onChange={(pattern) => put({ ...filling, pattern })}
          size="xs"
          spellCheck={false}
          value={filling.pattern}
        />
      ) : null}
    </div>
  )
}

function MoreFields(props: ColumnProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { column, bench } = props
  const { before } = useFilling(props)
  const name = format.text(column.title)
  if (!before) return null
  return (
    <div className={classes.more}>
      {column.unit ? (
        <TextInput
          aria-label={t('source.edit.unitOf', { column: name })}
          onChange={({ currentTarget }) => bench.setMapped(column.name, { ...before, unit: currentTarget.value || undefined })}
          placeholder={column.unit}
          size="xs"
          value={before.unit ?? ''}
        />
      ) : null}
      <TagsInput
        aria-label={t('source.edit.emptyOf', { column: name })}
        onChange={(empty) => bench.setMapped(column.name, { ...before, empty })}
        placeholder={(before.empty ?? []).length === 0 ? 'NA, -' : undefined}
        size="xs"
        splitChars={[',']}
        value={[...(before.empty ?? [])]}
      />
    </div>
  )
}
