import { Button, Select, TextInput, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { WidgetKind } from '@/shared/api/types'
import { matchScore } from '@/shared/format/fold'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { Dialog } from '@/shared/ui/overlay'

import classes from './board-editor.module.css'
import { ThingFacts } from './thing-facts'
import { useNaming } from './use-known'
import { kindIcons, kindsOf, type Known, type Thing } from './widget-kinds'

type Props = { opened: boolean; known: Known; onClose: () => void; onAdd: (thing: Thing, kind: WidgetKind) => void }

/** Everything a board can show, found with or without diacritics; then the kinds of widget that fit. */
export function AddDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} opened={opened} size={640} title={t('editor.add')}>
      <Browser {...rest} />
    </Dialog>
  )
}

const icons: Record<Thing['type'], string> = { indicator: 'chart-line', dataset: 'table', layer: 'map-2', text: 'file-text', page: 'world', camera: 'device-cctv' }
const most = 60

/** How well a thing answers what was typed; an indicator comes before the data that it is made of. */
function scoreOf({ type }: Thing, name: string, words: string, wanted: string): number {
  return Math.max(matchScore(name, wanted) * 1.2, matchScore(words, wanted)) * (type === 'indicator' ? 1.5 : 1)
}

function Browser({ known, onAdd }: Pick<Props, 'known' | 'onAdd'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ofThing } = useNaming(known)
  const [wanted, setWanted] = useState('')
  const [chosen, setChosen] = useState<Thing | null>(null)
  const [field, setField] = useState('')
  const { data: fields = [] } = useQuery(ask.fields())
  const things = useMemo<{ thing: Thing; words: string }[]>(() => {
    const both = (text: { vi: string; en: string }) => `${text.vi} ${text.en}`
    return [
      ...[...known.indicators.values()].map((indicator) => ({
        thing: { type: 'indicator', id: indicator.id, indicator } as const,
        words: `${both(indicator.title)} ${indicator.short ? both(indicator.short) : ''} ${indicator.id}`,
      })),
      ...[...known.layers.values()].map((layer) => ({ thing: { type: 'layer', id: layer.id, layer } as const, words: `${both(layer.title)} ${t('editor.kind.map')}` })),
      ...[...known.datasets.values()].map((dataset) => ({ thing: { type: 'dataset', id: dataset.id, dataset } as const, words: `${both(dataset.title)} ${dataset.id}` })),
      ...(['text', 'page', 'camera'] as const).map((type) => ({ thing: { type, id: type }, words: t(`editor.kind.${type}`) })),
    ]
  }, [known, t])
  const near = field === '' ? things : things.filter(({ thing }) => thing.id.startsWith(`${field}.`))
  const found = wanted.trim() === ''
    ? near
    : near
        .map((one) => ({ ...one, score: scoreOf(one.thing, ofThing(one.thing), one.words, wanted) }))
        .filter(({ score }) => score > 0)
        .toSorted((a, b) => b.score - a.score)
  return (
    <div className={classes.browser}>
      <TextInput
        aria-label={t('editor.find')}
        data-autofocus
        leftSection={<Icon name="search" size={16} />}
        onChange={(event) => {
          setWanted(event.currentTarget.value)
          setChosen(null)
        }}
        placeholder={t('editor.findHint')}
        value={wanted}
      />
      <Select
        allowDeselect={false}
        data={[{ value: '', label: t('editor.allFields') }, ...fields.map(({ id, title }) => ({ value: id, label: format.text(title) }))]}
        label={t('editor.fieldLabel')}
        onChange={(chosenField) => {
          setField(chosenField ?? '')
          setChosen(null)
        }}
        value={field}
      />
      <p aria-live="polite" className={classes.hint}>
        {found.length > 0 ? t('editor.found', { count: found.length }) : t('editor.noneFound')}
      </p>
      <ul className={classes.things}>
        {found.slice(0, most).map(({ thing }) => {
          const kinds = kindsOf(thing)
          const [only] = kinds.length === 1 ? kinds : []
          const open = chosen?.type === thing.type && chosen.id === thing.id
          return (
            <li key={`${thing.type} ${thing.id}`}>
              <UnstyledButton
                aria-expanded={only ? undefined : open}
                className={classes.thing}
                onClick={() => (only ? onAdd(thing, only) : setChosen(open ? null : thing))}
              >
                <Icon name={icons[thing.type]} size={17} />
                <span>
                  {ofThing(thing)}
                  {thing.type === 'indicator' && thing.indicator.unit !== '1' ? <small> · {thing.indicator.unit}</small> : null}
                </span>
                <small>{thing.type === 'indicator' || thing.type === 'dataset' || thing.type === 'layer' ? t(`editor.type.${thing.type}`) : ''}</small>
              </UnstyledButton>
              {open ? <ThingFacts known={known} thing={thing} /> : null}
              {open ? (
                <div aria-label={t('editor.kindFor', { name: ofThing(thing) })} className={classes.kinds} role="group">
                  {kinds.map((kind) => (
                    <Button
                      key={kind}
                      leftSection={<Icon name={kindIcons[kind]} size={16} />}
                      onClick={() => onAdd(thing, kind)}
                      size="xs"
                      variant="default"
                    >
                      {t(`editor.kind.${kind}`)}
                    </Button>
                  ))}
                </div>
              ) : null}
            </li>
          )
        })}
      </ul>
      {found.length > most ? <p className={classes.hint}>{t('editor.moreFound', { shown: format.number(most, 0) })}</p> : null}
    </div>
  )
}
