import { Button, Popover, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { MomentField } from '@/shared/ui/moment-field'

import { type Named, named, namedMoment } from './since'

type Props = {
  chosen: string | undefined
  since: string | null
  visit: number | null
  onChoose: (since: string | undefined) => void
}

const last = 'visit'
type Choice = { value: typeof last | Named; at: number }

/** Since when: the last visit, a moment that people name, or any other. */
export function SincePicker({ chosen, since, visit, onChoose }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [opened, setOpened] = useState(false)
  const [now, setNow] = useState(() => Date.now())
  const name = chosen === undefined ? last : (named.find((one) => one === chosen) ?? 'other')
  const choices: Choice[] = [
    ...(visit === null ? [] : [{ value: last, at: visit } as const]),
    ...named.flatMap((value) => {
      const at = namedMoment(value, now, format)
      return at === null ? [] : [{ value, at }]
    }),
  ]
  const choose = (value: string | undefined) => {
    onChoose(value)
    setOpened(false)
  }
  const toggle = () => {
    setNow(Date.now())
    setOpened((open) => !open)
  }
  return (
    <Popover onChange={setOpened} opened={opened} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          leftSection={<Icon name="history" size={15} />}
          onClick={toggle}
          rightSection={<Icon name="chevron-down" size={14} />}
          size="compact-sm"
          variant="default"
        >
          {since === null ? t('home.since.none') : t(`home.since.from.${name}`, { at: format.nearMoment(since) })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm" w={300}>
          <Stack aria-label={t('home.since.label')} gap={6} role="group">
            {choices.map(({ value, at }) => (
              <Button
                aria-pressed={value === name}
                justify="flex-start"
                key={value}
                onClick={() => choose(value === last ? undefined : value)}
                size="compact-md"
                variant={value === name ? 'filled' : 'default'}
              >
                {t(`home.since.choice.${value}`, { at: format.nearMoment(at) })}
              </Button>
            ))}
          </Stack>
          <MomentField
            label={t('home.since.choice.other')}
            max={new Date(now).toISOString()}
            onChange={(moment) => choose(moment ?? undefined)}
            value={name === 'other' ? (chosen ?? null) : null}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
