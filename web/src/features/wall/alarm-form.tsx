import { Button, Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Wall, WallCommand } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import { useBoardTitle } from './use-board-title'
import { useServerNow } from './use-playing'
import classes from './walls.module.css'

type Props = { wall: Wall; busy: boolean; onRaise: (command: WallCommand) => void; onClear: () => void }

const lengths = [60, 300, 900, 3600]

/** Raising an alarm on all displays of a wall, and taking it back. */
export function AlarmForm({ wall, busy, onRaise, onClear }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const title = useBoardTitle()
  const now = useServerNow()
  const [text, setText] = useState('')
  const [seconds, setSeconds] = useState('300')
  const [board, setBoard] = useState<string | null>(null)
  const { alarm } = wall.control
  const open = alarm !== null && now < Date.parse(alarm.until)
  return (
    <section className={classes.card}>
      <h2 className={classes.subtitle}>{t('wall.alarm.raised')}</h2>
      {open ? (
        <div className={classes.raised} role="status">
          <p>
            <b>{alarm.text}</b>
          </p>
          <p className={classes.dim}>{t('wall.alarmUntil', { at: format.clockTime(alarm.until) })}</p>
          <Button loading={busy} onClick={onClear}>
            {t('wall.alarmClear')}
          </Button>
        </div>
      ) : (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault()
            onRaise({ do: 'alarm', text: text.trim(), seconds: Number(seconds), board })
            setText('')
          }}
        >
          <Textarea
            autosize
            label={t('wall.alarmText')}
            maxLength={300}
            minRows={2}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            required
            value={text}
          />
          <Select
            allowDeselect={false}
            data={lengths.map((length) => ({ value: String(length), label: format.span(length) }))}
            label={t('wall.alarmSeconds')}
            onChange={(chosen) => setSeconds(chosen ?? '300')}
            value={seconds}
          />
          <Select
            clearable
            clearButtonProps={{ 'aria-label': t('common.clear') }}
            data={[...new Set(wall.items.map((item) => item.board))].map((id) => ({ value: id, label: title(id) }))}
            label={t('wall.alarmBoard')}
            onChange={setBoard}
            placeholder={t('wall.alarmNoBoard')}
            value={board}
          />
          <Button disabled={text.trim() === ''} leftSection={<Icon name="alert-triangle" size={18} />} loading={busy} type="submit">
            {t('wall.alarmRaise')}
          </Button>
        </form>
      )}
    </section>
  )
}
