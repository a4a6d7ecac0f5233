import { Button, Popover, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { MomentField } from '@/shared/ui/moment-field'

import classes from './toolbar.module.css'

type Props = { value: string | undefined; onChange: (moment: string | undefined) => void }

/** The board as it was known at an earlier moment. */
export function AsOfPicker({ value, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [opened, setOpened] = useState(false)
  const [moment, setMoment] = useState<string | null>(value ?? null)
  const [latest] = useState(() => new Date().toISOString())
  const choose = (chosen: string | undefined) => {
    onChange(chosen)
    setOpened(false)
  }
  return (
    <Popover onChange={setOpened} opened={opened} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          leftSection={<Icon name="history" size={16} />}
          onClick={() => setOpened((open) => !open)}
          variant={value ? 'filled' : 'default'}
        >
          {value ? t('board.asOf.at', { at: format.moment(value) }) : t('board.asOf.now')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm" w={260}>
          <p className={classes.explain}>{t('board.asOf.explain')}</p>
          <MomentField label={t('board.asOf.label')} max={latest} onChange={setMoment} value={moment} />
          <Button disabled={moment === null} onClick={() => choose(moment ?? undefined)}>
            {t('common.apply')}
          </Button>
          {value ? (
            <Button onClick={() => choose(undefined)} variant="default">
              {t('board.asOf.back')}
            </Button>
          ) : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
