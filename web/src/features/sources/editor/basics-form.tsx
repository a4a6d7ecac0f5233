import { NumberInput, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Connector } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'

import classes from './source-editor.module.css'
import type { Bench } from './use-bench'

type Props = { bench: Bench; connector: Connector | undefined; fresh: boolean; errorAt: (where: string) => string | undefined }

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'error', 'description']
const units = ['s', 'm', 'h', 'd'] as const
const formats = ['json', 'ndjson', 'csv'] as const

/** A technical name made of a title. */
function named(title: string): string {
  return fold(title).replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^[^a-z]+|_+$/g, '').slice(0, 40)
}

/** What the source is called, where its records go, and how often it is asked. */
export function BasicsForm({ bench, connector, fresh, errorAt }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: datasets = [] } = useQuery(ask.datasets())
  const { draft, declare, change } = bench
  const { title, dataset, every, time_zone: zone, unit, format: written } = draft.declaration
  const [, count = '', measure = 'm'] = /^(\d+)([smhd])$/.exec(every ?? '') ?? []
  const asked = connector !== undefined && !connector.answers && !connector.listens
  const setTitle = (vi: string, en: string) =>
    change((before) => {
      const follows = fresh && (before.short === '' || before.short === named(before.declaration.title.vi))
      return { ...before, short: follows ? named(vi) : before.short, declaration: { ...before.declaration, title: { vi, en } } }
    })
  return (
    <div className={classes.fields}>
      <TextInput
        error={errorAt('title.vi')}
        label={t('source.edit.titleVi')}
        lang="vi"
        maxLength={200}
        onChange={({ currentTarget }) => setTitle(currentTarget.value, title.en === title.vi ? currentTarget.value : title.en)}
        value={title.vi}
        withAsterisk
      />
      <TextInput
        error={errorAt('title.en')}
        label={t('source.edit.titleEn')}
        lang="en"
        maxLength={200}
        onChange={({ currentTarget }) => setTitle(title.vi, currentTarget.value)}
        value={title.en}
      />
      <Select
        data={datasets.map((one) => ({ value: one.id, label: `${format.text(one.title)} (${one.id})` }))}
        error={errorAt('dataset')}
        filter={({ options, search }) => options.filter((option) => 'label' in option && fold(option.label).includes(fold(search)))}
        label={t('source.edit.dataset')}
        onChange={(chosen) =>
          change((before) => ({
            ...before,
            pack: fresh ? (chosen?.split('.')[0] ?? '') : before.pack,
            declaration: { ...before.declaration, dataset: chosen ?? '' },
          }))
        }
        searchable
        value={dataset || null}
        withAsterisk
      />
      <TextInput
        description={fresh ? t('source.edit.shortHint') : undefined}
        inputWrapperOrder={order}
        disabled={!fresh}
        error={errorAt('short')}
        label={t('source.edit.short')}
        maxLength={63}
        onChange={({ currentTarget }) => change((before) => ({ ...before, short: currentTarget.value }))}
        spellCheck={false}
        value={draft.short}
        withAsterisk
      />
      {asked ? (
        <div className={classes.every}>
          <NumberInput
            allowDecimal={false}
            allowNegative={false}
            error={errorAt('every')}
            label={t('source.edit.every')}
            min={1}
            onChange={(next) => declare({ every: next === '' || Number(next) < 1 ? null : `${next}${measure}` })}
            placeholder="5"
            value={count === '' ? '' : Number(count)}
          />
          <Select
            allowDeselect={false}
            aria-label={t('source.edit.everyUnit')}
            data={units.map((one) => ({ value: one, label: t(`source.edit.units.${one}`) }))}
            onChange={(chosen) => declare({ every: `${count || 5}${chosen ?? 'm'}` })}
            value={measure}
          />
        </div>
      ) : null}
      <TextInput
        description={t('source.edit.zoneHint')}
        inputWrapperOrder={order}
        error={errorAt('time_zone')}
        label={t('source.edit.zone')}
        onChange={({ currentTarget }) => declare({ time_zone: currentTarget.value || null })}
        placeholder={format.zone}
        spellCheck={false}
        value={zone ?? ''}
      />
      <TextInput
        description={t('source.edit.unitHint')}
        inputWrapperOrder={order}
        error={errorAt('unit')}
        label={t('source.edit.unit')}
        onChange={({ currentTarget }) => declare({ unit: currentTarget.value || null })}
        spellCheck={false}
        value={unit ?? ''}
      />
      {connector === undefined ? (
        <Select
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={[...formats]}
          description={t('source.edit.formatHint')}
        inputWrapperOrder={order}
          label={t('source.edit.format')}
          onChange={(chosen) => declare({ format: chosen })}
          placeholder={t('source.edit.formatAuto')}
          value={written ?? null}
        />
      ) : null}
    </div>
  )
}
