import { Button, Popover, SegmentedControl, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { MomentField } from '@/shared/ui/moment-field'

import type { BoardSearch } from './board-search'
import classes from './toolbar.module.css'

type Props = { search: BoardSearch; boardLast: string; onChange: (change: BoardSearch) => void }

const presets = ['24h', '7d', '30d', '365d'] as const
const sameAs: Partial<Record<string, string>> = { '1d': '24h', '1w': '7d', '52w1d': '365d' }

/** 24 hours, 7 days, 30 days, 12 months, or two moments. */
export function PeriodPicker({ search, boardLast, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [opened, setOpened] = useState(false)
  const [from, setFrom] = useState<string | null>(search.from ?? null)
  const [to, setTo] = useState<string | null>(search.to ?? null)
  const asked = search.last ?? boardLast
  const current = search.from ? '' : (sameAs[asked] ?? asked)
  const custom = search.from
    ? `${format.date(search.from)} – ${search.to ? format.date(search.to) : t('common.now')}`
    : t('board.period.custom')
  const wrong = from !== null && to !== null && Date.parse(from) >= Date.parse(to)
  return (
    <div className={classes.period}>
      <SegmentedControl
        aria-label={t('board.period.label')}
        data={presets.map((preset) => ({ value: preset, label: t(`board.period.${preset}`) }))}
        onChange={(last) => onChange({ last, from: undefined, to: undefined })}
        size="sm"
        value={current}
        withItemsBorders={false}
      />
      <Popover onChange={setOpened} opened={opened} position="bottom-start" trapFocus>
        <Popover.Target>
          <Button
            leftSection={<Icon name="calendar-event" size={16} />}
            onClick={() => setOpened((open) => !open)}
            variant={search.from ? 'filled' : 'default'}
          >
            {custom}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="sm" w={260}>
            <MomentField label={t('board.period.from')} onChange={setFrom} value={from} />
            <MomentField clearLabel={t('common.clear')} label={t('board.period.to')} onChange={setTo} value={to} />
            {wrong ? <p className={classes.wrong} role="alert">{t('board.period.wrong')}</p> : null}
            <Button
              disabled={from === null || wrong}
              onClick={() => {
                onChange({ last: undefined, from: from ?? undefined, to: to ?? undefined })
                setOpened(false)
              }}
            >
              {t('common.apply')}
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}
