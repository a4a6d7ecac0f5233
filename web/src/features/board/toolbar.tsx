import { Button, Collapse, Select } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'

import type { Board } from '@/shared/api/types'
import { AreaPicker } from '@/shared/ui/area-picker'
import { Icon } from '@/shared/ui/icon'

import { AsOfPicker } from './as-of-picker'
import type { BoardSearch } from './board-search'
import { BoundariesPicker } from './boundaries-picker'
import { PeriodPicker } from './period-picker'
import classes from './toolbar.module.css'

type Props = { board: Board; search: BoardSearch; onChange: (change: BoardSearch) => void }

const comparisons = ['board', 'none', 'previous', 'year', 'target'] as const

/** Period, comparison, area, boundaries and as-of of a whole board; on a phone behind one button. */
export function Toolbar({ board, search, onChange }: Props) {
  const { t } = useTranslation()
  const roomy = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure(false)
  const { full: _full, split: _split, picks: _picks, edit: _edit, version: _version, versions: _versions, ...picked } = search
  const changed = Object.values(picked).filter((value) => value !== undefined).length
  const pickers = (
    <div aria-label={t('board.filters')} className={classes.bar} role="group">
      <PeriodPicker boardLast={board.last} key={`${search.from}${search.to}`} onChange={onChange} search={search} />
      <Select
        allowDeselect={false}
        aria-label={t('board.compare.label')}
        className={classes.compare}
        data={comparisons.map((value) => ({ value, label: t(`board.compare.${value}`) }))}
        leftSection={<Icon name="scale" size={16} />}
        onChange={(value) =>
          onChange({ compare: value === 'board' || value === null ? undefined : (value as BoardSearch['compare']) })
        }
        size="sm"
        value={search.compare ?? 'board'}
      />
      <AreaPicker className={classes.area} onChange={(area) => onChange({ area })} value={search.area} />
      <BoundariesPicker onChange={onChange} search={search} />
      <AsOfPicker key={search.as_of} onChange={(asOf) => onChange({ as_of: asOf })} value={search.as_of} />
    </div>
  )
  if (roomy) return pickers
  return (
    <div className={classes.phone}>
      <Button
        aria-expanded={opened}
        fullWidth
        justify="space-between"
        leftSection={<Icon name="adjustments" size={16} />}
        onClick={toggle}
        rightSection={<Icon name={opened ? 'chevron-up' : 'chevron-down'} size={16} />}
        variant="default"
      >
        {changed > 0 ? t('board.filtersSet', { count: changed }) : t('board.filters')}
      </Button>
      <Collapse expanded={opened}>{pickers}</Collapse>
    </div>
  )
}
