import { Button, NumberInput, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Widget, WidgetKind } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './board-editor.module.css'
import { FilterFields } from './filter-fields'
import { columns, place, resize, shift } from './layout'
import { PageFields } from './page-fields'
import { PeriodSelect } from './period-select'
import { ColumnsField, IndicatorsField, LayersField, LimitField, QuestionFields } from './question-fields'
import { SplitSelect } from './split-select'
import { TextFields } from './text-fields'
import type { Editor } from './use-editor'
import { asIndicator, asKind, type Known, kindsOf, splittable, thingOf, timed } from './widget-kinds'

/** Kinds that list records, and so have columns. */
const listed = new Set<Widget['kind']>(['records', 'feed', 'timeline'])

type Props = { editor: Editor; widget: Widget; known: Known; name: string; onRemove: () => void }

/** What one widget is: its title, kind, number, split, period and place. */
export function WidgetPanel({ editor, widget, known, name, onRemove }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const set = (next: Widget, tag?: string) => editor.setWidget(widget.id, next, tag)
  const thing = thingOf(widget, known)
  const indicator = thing?.type === 'indicator' ? thing.indicator : undefined
  const dataset = indicator?.dataset ?? (thing?.type === 'dataset' ? thing.id : undefined)
  const kinds: Widget['kind'][] = thing ? kindsOf(thing) : []
  if (!kinds.includes(widget.kind)) kinds.unshift(widget.kind)
  return (
    <div className={classes.fields}>
      {kinds.length > 1 ? (
        <Select
          allowDeselect={false}
          data={kinds.map((kind) => ({ value: kind, label: t(`editor.kind.${kind}`) }))}
          label={t('editor.kindLabel')}
          maxDropdownHeight={320}
          onChange={(kind) => kind && set(asKind(widget, kind as WidgetKind, indicator))}
          value={widget.kind}
        />
      ) : null}
      {indicator && widget.kind !== 'table' ? (
        <Select
          allowDeselect={false}
          data={[...known.indicators.values()].map(({ id, title }) => ({ value: id, label: format.text(title) }))}
          filter={({ options, search }) =>
            options.filter((option) => 'value' in option && fold(`${option.label} ${option.value}`).includes(fold(search)))
          }
          label={t('editor.indicator')}
          limit={80}
          nothingFoundMessage={t('editor.noneFound')}
          onChange={(id) => {
            const chosen = known.indicators.get(id ?? '')
            if (chosen && chosen.id !== indicator.id) set(asIndicator(widget, chosen))
          }}
          searchable
          value={indicator.id}
        />
      ) : null}
      {widget.kind === 'table' ? <IndicatorsField known={known} onChange={set} widget={widget} /> : null}
      {indicator && splittable.has(widget.kind) ? <SplitSelect indicator={indicator} onChange={set} widget={widget} /> : null}
      {timed.has(widget.kind) ? (
        <PeriodSelect
          label={t('editor.period')}
          onChange={(last) => set({ ...widget, last })}
          value={widget.last ?? null}
          whole={t('editor.boardPeriod')}
        />
      ) : null}
      {indicator ? <QuestionFields indicator={indicator} onChange={set} widget={widget} /> : null}
      {dataset && listed.has(widget.kind) ? <ColumnsField dataset={dataset} onChange={set} widget={widget} /> : null}
      {widget.kind === 'map' ? <LayersField known={known} onChange={set} widget={widget} /> : null}
      <LimitField onChange={set} widget={widget} />
      {dataset && widget.kind !== 'map' ? <FilterFields dataset={dataset} indicator={indicator} onChange={set} widget={widget} /> : null}
      {widget.kind === 'page' ? <PageFields onChange={(url) => set({ ...widget, url }, 'url')} url={widget.url ?? ''} /> : null}
      <TextFields
        label={t('editor.title')}
        onChange={(title) => set({ ...widget, title }, 'title')}
        placeholder={widget.title ? undefined : name}
        value={widget.title ?? null}
      />
      {widget.kind === 'text' || widget.kind === 'camera' ? (
        <TextFields
          label={t(widget.kind === 'text' ? 'editor.note' : 'editor.cameraPlace')}
          long={widget.kind === 'text'}
          onChange={(text) => set({ ...widget, text }, 'text')}
          value={widget.text ?? null}
        />
      ) : null}
      <PlaceFields editor={editor} widget={widget} />
      <Button leftSection={<Icon name="trash" size={16} />} onClick={onRemove} variant="default">
        {t('editor.remove')}
      </Button>
    </div>
  )
}

/** Column, row and size as numbers: everything that pulling does, without pulling. */
function PlaceFields({ editor, widget }: { editor: Editor; widget: Widget }) {
  const { t } = useTranslation()
  const { widgets } = editor.draft
  const { at, id } = widget
  const toRow = (y: number) => {
    const step = y === at.y + 1 ? 'down' : y === at.y - 1 ? 'up' : null
    editor.setWidgets(step ? shift(widgets, id, step) : place(widgets, id, { ...at, y }))
  }
  const number = (label: string, value: number, min: number, max: number, onChange: (value: number) => void) => (
    <NumberInput
      allowDecimal={false}
      clampBehavior="strict"
      label={label}
      max={max}
      min={min}
      onChange={(typed) => {
        if (typeof typed === 'number' && typed !== value) onChange(typed)
      }}
      value={value}
    />
  )
  return (
    <fieldset className={classes.place}>
      <legend>{t('editor.place')}</legend>
      {number(t('editor.column'), at.x + 1, 1, columns - at.w + 1, (x) => editor.setWidgets(place(widgets, id, { ...at, x: x - 1 })))}
      {number(t('editor.row'), at.y + 1, 1, 500, (y) => toRow(y - 1))}
      {number(t('editor.width'), at.w, 1, columns - at.x, (w) => editor.setWidgets(resize(widgets, id, w, at.h)))}
      {number(t('editor.height'), at.h, 1, 24, (h) => editor.setWidgets(resize(widgets, id, at.w, h)))}
    </fieldset>
  )
}
