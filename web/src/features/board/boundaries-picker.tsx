import { Button, Popover, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import type { BoardSearch } from './board-search'
import classes from './toolbar.module.css'

type Props = { search: BoardSearch; onChange: (change: BoardSearch) => void }

/** On whose boundaries areas are counted, and at which level they are told apart. */
export function BoundariesPicker({ search, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [opened, setOpened] = useState(false)
  const { boundaries, level } = search
  const ofDay = boundaries !== undefined && boundaries !== 'recorded'
  const said = ofDay ? t('board.boundaries.on', { day: format.day(boundaries) }) : t(`board.boundaries.${boundaries ? 'recorded' : 'now'}`)
  return (
    <Popover onChange={setOpened} opened={opened} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          leftSection={<Icon name="map-2" size={16} />}
          onClick={() => setOpened((open) => !open)}
          variant={boundaries || level ? 'filled' : 'default'}
        >
          {said}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm" w={300}>
          <p className={classes.explain}>{t('board.boundaries.explain')}</p>
          <SegmentedControl
            aria-label={t('board.boundaries.choose')}
            data={[
              { value: 'now', label: t('board.boundaries.now') },
              { value: 'recorded', label: t('board.boundaries.recorded') },
              { value: 'day', label: t('board.boundaries.dateChoice') },
            ]}
            fullWidth
            onChange={(value) =>
              onChange({ boundaries: value === 'now' ? undefined : value === 'day' ? beforeMergers : value })
            }
            orientation="vertical"
            value={ofDay ? 'day' : (boundaries ?? 'now')}
          />
          {ofDay ? (
            <TextInput
              label={t('board.boundaries.day')}
              onChange={({ currentTarget }) => currentTarget.value && onChange({ boundaries: currentTarget.value })}
              type="date"
              value={boundaries}
            />
          ) : null}
          <p className={classes.explain} id="board-level">
            {t('board.boundaries.level')}
          </p>
          <SegmentedControl
            aria-labelledby="board-level"
            data={(['board', 'commune', 'province'] as const).map((value) => ({ value, label: t(`board.boundaries.${value}`) }))}
            fullWidth
            orientation="vertical"
            onChange={(value) => onChange({ level: value === 'board' ? undefined : (value as BoardSearch['level']) })}
            value={level ?? 'board'}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

/** The last day of the provinces and communes before those of Resolutions 202/2025/QH15 and 1669/NQ-UBTVQH15. */
const beforeMergers = '2025-06-30'
