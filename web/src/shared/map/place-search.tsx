import { useDebouncedValue } from '@mantine/hooks'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Icon } from '@/shared/ui/icon'

import classes from './place-search.module.css'
import { type FoundPlace, usePlaces } from './use-places'

type Props = { onGo: (place: FoundPlace) => void }

/** Areas of all times and named things, typed with or without diacritics; a combobox with its list (WAI-ARIA). */
export function PlaceSearch({ onGo }: Props) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState('')
  const [opened, setOpened] = useState(false)
  const [place, setPlace] = useState(0)
  const [asked] = useDebouncedValue(wanted.trim(), 200)
  const { found, busy, failed } = usePlaces(asked)
  const list = useId()
  const shown = opened && asked.length > 1
  const active = Math.min(place, found.length - 1)
  const optionId = (index: number) => `${list}-${index}`

  const go = (chosen: FoundPlace) => {
    setWanted(chosen.name)
    setOpened(false)
    onGo(chosen)
  }
  const press = (event: KeyboardEvent) => {
    const chosen = shown ? found[active] : undefined
    if (event.key === 'ArrowDown') {
      setOpened(true)
      setPlace(shown ? (active + 1) % Math.max(1, found.length) : 0)
    } else if (event.key === 'ArrowUp' && shown) setPlace((active - 1 + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter' && chosen) go(chosen)
    else if (event.key === 'Escape' && shown) setOpened(false)
    else if (event.key === 'Escape') setWanted('')
    else return
    event.preventDefault()
    event.stopPropagation()
    document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <div className={classes.root} role="search">
      <div className={classes.field}>
        <Icon name="search" size={16} />
        <input
          aria-activedescendant={shown && found.length > 0 ? optionId(active) : undefined}
          aria-autocomplete="list"
          aria-controls={list}
          aria-expanded={shown}
          aria-label={t('map.search.label')}
          autoComplete="off"
          className={classes.input}
          onBlur={() => setOpened(false)}
          onChange={({ currentTarget }) => {
            setWanted(currentTarget.value)
            setOpened(true)
            setPlace(0)
          }}
          onKeyDown={press}
          placeholder={t('map.search.label')}
          role="combobox"
          spellCheck={false}
          value={wanted}
        />
      </div>
      <ul aria-label={t('map.search.found')} className={shown ? classes.list : 'tc-hidden'} id={list} role="listbox">
        {shown
          ? found.map((one, index) => (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled by the field that owns the list
              <li
                aria-selected={index === active}
                className={classes.item}
                id={optionId(index)}
                key={one.key}
                onClick={() => go(one)}
                onMouseDown={(event) => event.preventDefault()}
                onMouseMove={() => setPlace(index)}
                role="option"
              >
                <span>{one.name}</span>
                <span className={classes.hint}>{one.hint}</span>
              </li>
            ))
          : null}
      </ul>
      <p aria-live="polite" className={shown && !busy && found.length === 0 ? classes.none : 'tc-hidden'}>
        {shown && !busy ? (failed ? t('map.search.failed') : t('map.search.count', { count: found.length })) : ''}
      </p>
    </div>
  )
}
