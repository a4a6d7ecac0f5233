import { ActionIcon, MultiSelect, NumberInput, Select, TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { DatasetColumn, Indicator, Widget } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { AreaPicker } from '@/shared/ui/area-picker'
import { Icon } from '@/shared/ui/icon'

import classes from './board-editor.module.css'
import { boundsOf, choiceOf, shows, valuesOf, withCondition } from './conditions'

type Props = { widget: Widget; dataset: string; indicator: Indicator | undefined; onChange: (widget: Widget) => void }

const area = 'area'

/** Which records count: several declared values, bounds of numbers, words, an area. */
export function FilterFields({ widget, dataset, indicator, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(ask.dataset(dataset))
  const [begun, setBegun] = useState<readonly string[]>([])
  const where: Record<string, unknown> = widget.where ?? {}
  const names = [...new Set([...Object.keys(where), ...begun])]
  const columns = new Map((data?.columns ?? []).filter((column) => choiceOf(column)).map((column) => [column.name, column]))
  const titleOf = (name: string) => (name === area ? t('board.area') : format.text(columns.get(name)?.title) || name)
  const placed = indicator ? indicator.areas.length > 0 : Boolean(data?.place)
  const free = [...(placed ? [area] : []), ...columns.keys()].filter((name) => !names.includes(name))
  const drop = (name: string) => {
    setBegun(begun.filter((one) => one !== name))
    onChange(withCondition(widget, name, undefined))
  }
  return (
    <fieldset className={classes.group}>
      <legend>{t('editor.filters')}</legend>
      {names.map((name) => (
        <div className={classes.condition} key={name}>
          <Condition column={columns.get(name)} indicator={indicator} name={name} onChange={onChange} title={titleOf(name)} widget={widget} />
          <ActionIcon aria-label={t('editor.dropFilter', { name: titleOf(name) })} onClick={() => drop(name)}>
            <Icon name="x" size={16} />
          </ActionIcon>
        </div>
      ))}
      {free.length > 0 ? (
        <Select
          data={free.map((name) => ({ value: name, label: titleOf(name) }))}
          filter={({ options, search }) =>
            options.filter((option) => 'value' in option && fold(option.label).includes(fold(search)))
          }
          key={names.join(' ')}
          label={t('editor.addFilter')}
          nothingFoundMessage={t('editor.noneFound')}
          onChange={(name) => name && setBegun([...begun, name])}
          placeholder={t('editor.addFilterHint')}
          searchable
          value={null}
        />
      ) : null}
    </fieldset>
  )
}

type ConditionProps = {
  widget: Widget
  name: string
  title: string
  column: DatasetColumn | undefined
  indicator: Indicator | undefined
  onChange: (widget: Widget) => void
}

/** The values of one column that count. */
function Condition({ widget, name, title, column, indicator, onChange }: ConditionProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const condition = (widget.where ?? {})[name] as unknown
  const set = (next: Parameters<typeof withCondition>[2]) => onChange(withCondition(widget, name, next))
  if (name === area) {
    return (
      <div className={classes.conditionBody}>
        <AreaPicker onChange={(code) => set(code)} value={valuesOf(condition)[0]} />
      </div>
    )
  }
  const choice = column ? choiceOf(column) : null
  if (!column || !choice || !shows(choice, condition)) {
    return (
      <p className={classes.conditionBody}>
        {title}: <code>{JSON.stringify(condition)}</code>
      </p>
    )
  }
  switch (choice) {
    case 'codes':
      return (
        <MultiSelect
          className={classes.conditionBody}
          data={Object.entries(column.codes ?? {}).map(([value, text]) => ({ value, label: format.text(text) }))}
          label={title}
          onChange={set}
          searchable
          value={valuesOf(condition)}
        />
      )
    case 'boolean':
      return (
        <Select
          className={classes.conditionBody}
          data={[{ value: 'true', label: t('common.yes') }, { value: 'false', label: t('common.no') }]}
          label={title}
          onChange={(value) => set(value === null ? undefined : value === 'true')}
          value={valuesOf(condition)[0] ?? null}
        />
      )
    case 'bounds': {
      const bounds = boundsOf(condition)
      const bound = (side: 'ge' | 'le') => (
        <NumberInput
          label={t(`editor.bound.${side}`, { name: title })}
          onChange={(typed) => {
            const { [side]: _before, ...other } = bounds
            set(typeof typed === 'number' ? { ...other, [side]: typed } : other)
          }}
          suffix={column.unit && column.unit !== '1' ? ` ${column.unit}` : undefined}
          value={bounds[side] ?? ''}
        />
      )
      return (
        <div className={`${classes.conditionBody} ${classes.pair}`}>
          {bound('ge')}
          {bound('le')}
        </div>
      )
    }
    case 'words':
      return <Words indicator={indicator} name={name} onChange={set} title={title} values={valuesOf(condition)} />
  }
}

type WordsProps = { name: string; title: string; values: string[]; indicator: Indicator | undefined; onChange: (values: string[]) => void }

/** Values that are declared nowhere: those of the last month are proposed, others may be typed. */
function Words({ name, title, values, indicator, onChange }: WordsProps) {
  const { t } = useTranslation()
  const asks = indicator?.dimensions.includes(name)
  const query = { indicators: [indicator?.id ?? ''], by: [name], time: { last: '30d' }, limit: 500 }
  const { data } = useQuery({ ...ask.answer(query, []), enabled: Boolean(asks) })
  const found = (data?.rows ?? []).flatMap(([value]) => (typeof value === 'string' && value !== '' ? [value] : []))
  return (
    <TagsInput
      className={classes.conditionBody}
      data={[...new Set(found)].toSorted()}
      description={t('editor.wordsHint')}
      filter={({ options, search }) =>
        options.filter((option) => 'value' in option && fold(option.label).includes(fold(search)))
      }
      label={title}
      maxDropdownHeight={240}
      onChange={onChange}
      value={values}
    />
  )
}
