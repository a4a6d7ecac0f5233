import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { Icon } from '@/shared/ui/icon'

import { AreaPath } from './area-path'
import type { BoardSearch } from './board-search'
import classes from './filter-row.module.css'
import type { NamedPick } from './use-picks'

type Props = { search: BoardSearch; picks: readonly NamedPick[]; onSearch: (change: BoardSearch) => void }

/** What was chosen in the widgets: the way from the city to an area, and one removable mark for each other choice. */
export function FilterRow({ search, picks, onSearch }: Props) {
  const { t } = useTranslation()
  if (!search.area && picks.length === 0) return null
  const without = (column: string) => {
    const { [column]: _gone, ...kept } = search.picks ?? {}
    onSearch({ picks: Object.keys(kept).length > 0 ? kept : undefined })
  }
  return (
    <div className={classes.row}>
      {search.area ? <AreaPath onSearch={onSearch} search={search} /> : null}
      {picks.length > 0 ? (
        <div aria-label={t('board.choice.chosen')} className={classes.picks} role="group">
          <span className={classes.word}>{t('board.choice.chosen')}</span>
          {picks.map(({ column, said }) => (
            <Button
              aria-label={t('board.choice.remove', { what: said })}
              key={column}
              onClick={() => without(column)}
              rightSection={<Icon name="x" size={14} />}
              size="compact-sm"
              variant="default"
            >
              {said}
            </Button>
          ))}
          {picks.length > 1 ? (
            <Button onClick={() => onSearch({ picks: undefined })} size="compact-sm" variant="subtle">
              {t('board.choice.clear')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}
