import { Checkbox, MultiSelect, NumberInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { WallAlarm } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './walls.module.css'

type Props = { alarm: WallAlarm; onChange: (alarm: WallAlarm) => void }

const states = ['bad', 'watch', 'unknown'] as const

/** When a field interrupts the playlist, and for how long. */
export function AlarmFields({ alarm, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: fields = [] } = useQuery(ask.fields())
  return (
    <fieldset className={classes.group}>
      <legend>{t('wall.preempt')}</legend>
      <p className={classes.dim}>{t('wall.preemptHint')}</p>
      <Checkbox.Group
        label={t('wall.preemptStates')}
        onChange={(chosen) => onChange({ ...alarm, states: states.filter((state) => chosen.includes(state)) })}
        value={alarm.states}
      >
        <div className={classes.buttons}>
          {states.map((state) => (
            <Checkbox key={state} label={t(`common.state.${state}`)} value={state} />
          ))}
        </div>
      </Checkbox.Group>
      <MultiSelect
        clearable
        clearButtonProps={{ 'aria-label': t('wall.allFields') }}
        data={fields.map(({ id, title }) => ({ value: id, label: format.text(title) }))}
        label={t('wall.preemptFields')}
        onChange={(chosen) => onChange({ ...alarm, fields: chosen.length === 0 ? null : chosen })}
        placeholder={alarm.fields === null ? t('wall.allFields') : undefined}
        value={alarm.fields ?? []}
      />
      <NumberInput
        allowDecimal={false}
        label={t('wall.preemptSeconds')}
        max={3600}
        min={5}
        onChange={(seconds) => {
          if (typeof seconds === 'number') onChange({ ...alarm, seconds })
        }}
        value={alarm.seconds}
      />
    </fieldset>
  )
}
