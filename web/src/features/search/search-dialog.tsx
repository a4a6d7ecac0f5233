import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { may } from '@/shared/api/may'
import { askEntry } from '@/shared/api/entry-queries'
import { ask } from '@/shared/api/queries'
import { useCity, useFormat } from '@/shared/format/use-format'
import { usePlaces } from '@/shared/map/use-places'
import { i18n } from '@/shared/i18n/i18n'
import { Icon } from '@/shared/ui/icon'

import classes from './search-dialog.module.css'
import { readRecent, refreshed, remember } from './recent'
import { findItems, placeItems, type SearchItem, searchItems } from './search-items'

/** Screens that no field or dataset leads to. */
function pages(maker: boolean, staff: boolean, enters: boolean) {
  const say = (
    key:
      | 'design.title' | 'design.hint' | 'board.new' | 'board.newHint' | 'map.title' | 'dataset.all' | 'shell.home' | 'shell.sources'
      | 'shell.entry' | 'shell.entryHint',
  ) => ({
    vi: i18n.getFixedT('vi')(key),
    en: i18n.getFixedT('en')(key),
  })
  return [
    { id: '/', title: say('shell.home'), hint: say('shell.home'), icon: 'home' },
    { id: '/map', title: say('map.title'), hint: say('map.title'), icon: 'map' },
    { id: '/datasets', title: say('dataset.all'), hint: say('dataset.all'), icon: 'table' },
    { id: '/design', title: say('design.title'), hint: say('design.hint'), icon: 'palette' },
    ...(staff ? [{ id: '/sources', title: say('shell.sources'), hint: say('shell.sources'), icon: 'plug-connected' }] : []),
    ...(enters ? [{ id: '/entry', title: say('shell.entry'), hint: say('shell.entryHint'), icon: 'pencil' }] : []),
    ...(maker ? [{ id: '/boards/saved/new', title: say('board.new'), hint: say('board.newHint'), icon: 'plus' }] : []),
  ]
}

type Props = { opened: boolean; onClose: () => void; onGo: (item: SearchItem) => void }

/** Ctrl+K: to any field, board, indicator, dataset, wall, layer, page, place or thing on the map, typed with or without diacritics. */
export function SearchDialog({ opened, onClose, onGo }: Props) {
  const { t } = useTranslation()
  return (
    <Modal.Root onClose={onClose} opened={opened} size={620} transitionProps={{ duration: 0 }} yOffset="10vh">
      <Modal.Overlay />
      <Modal.Content aria-label={t('shell.search')}>
        <Modal.Body className={classes.body}>
          <Palette
            onGo={(item) => {
              remember(item)
              onClose()
              onGo(item)
            }}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Palette({ onGo }: { onGo: (item: SearchItem) => void }) {
  const { t } = useTranslation()
  const { language } = useFormat()
  const city = useCity()
  const list = useId()
  const [wanted, setWanted] = useState('')
  const [place, setPlace] = useState(0)
  const { data: fields = [] } = useQuery(ask.fields())
  const { data: boards = [] } = useQuery(ask.boards())
  const { data: indicators = [] } = useQuery(ask.indicators())
  const { data: datasets = [] } = useQuery(ask.datasets())
  const { data: areas = [] } = useQuery(ask.areas({ parent: city.area, level: 'commune' }))
  const { data: session } = useQuery(ask.session())
  const maker = may(session, 'design')
  const { data: layers = [] } = useQuery(ask.layers())
  const inside = session !== undefined && session.viewer.kind !== 'public'
  const { data: walls } = useQuery({ ...ask.walls(), enabled: inside })
  const staff = may(session, 'inside')
  const { data: sources } = useQuery({ ...ask.sources(), enabled: staff, refetchInterval: false })
  const { data: forms = [] } = useQuery({ ...askEntry.forms(), enabled: inside })
  const items = useMemo(
    () =>
      searchItems(
        { city: city.title, fields, boards, indicators, datasets, areas, layers, walls, sources, forms, pages: pages(maker, staff, forms.length > 0) },
        language,
      ),
    [city, fields, boards, indicators, datasets, areas, layers, walls, sources, forms, maker, staff, language],
  )
  const [recent] = useState(readRecent)
  const [asked] = useDebouncedValue(wanted.trim(), 200)
  const places = usePlaces(asked)
  const listed = findItems(items, wanted, refreshed(recent, items))
  const found = wanted.trim() === '' ? listed : [...listed, ...placeItems(places.found, listed)]
  const active = Math.min(place, found.length - 1)
  const optionId = (index: number) => `${list}-${index}`

  const press = (event: KeyboardEvent) => {
    const chosen = found[active]
    if (event.key === 'ArrowDown') setPlace((active + 1) % Math.max(1, found.length))
    else if (event.key === 'ArrowUp') setPlace((active - 1 + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter' && chosen) onGo(chosen)
    else return
    event.preventDefault()
    document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <div>
      <div className={classes.field}>
        <Icon name="search" />
        <input
          aria-activedescendant={found.length > 0 ? optionId(active) : undefined}
          aria-autocomplete="list"
          aria-controls={list}
          aria-expanded="true"
          aria-label={t('shell.search')}
          autoComplete="off"
          className={classes.input}
          data-autofocus
          onChange={({ currentTarget }) => {
            setWanted(currentTarget.value)
            setPlace(0)
          }}
          onKeyDown={press}
          placeholder={t('shell.searchHint')}
          role="combobox"
          spellCheck={false}
          value={wanted}
        />
        <kbd className={classes.key}>Esc</kbd>
      </div>
      <ul aria-label={t('shell.searchResults')} className={classes.list} id={list} role="listbox">
        {found.map((item, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled by the field that owns the list
          <li
            aria-selected={index === active}
            className={classes.item}
            id={optionId(index)}
            key={`${item.kind}:${item.id}`}
            onClick={() => onGo(item)}
            onMouseMove={() => setPlace(index)}
            role="option"
          >
            <Icon name={item.icon} />
            <span className={classes.text}>
              <span className={classes.name}>{item.title}</span>
              <span className={classes.hint}>{item.hint}</span>
            </span>
            <span className={classes.kind}>{t(`shell.kind.${item.kind}`)}</span>
          </li>
        ))}
      </ul>
      <p aria-live="polite" className={found.length > 0 ? 'tc-hidden' : classes.none}>
        {found.length > 0 ? t('shell.searchFound', { count: found.length }) : t('shell.searchNone', { wanted })}
      </p>
    </div>
  )
}
