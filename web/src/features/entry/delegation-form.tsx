import { Button, Select, Stack, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Delegation, DelegationList } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { MomentField } from '@/shared/ui/moment-field'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './entry.module.css'

type Props = { colleagues: DelegationList['colleagues']; onDone: () => void }

const week = 7 * 86_400_000

/** Handing a right over to a colleague for a span of time. */
export function DelegationForm({ colleagues, onDone }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: units = [] } = useQuery(ask.units())
  const [taker, setTaker] = useState<string | null>(null)
  const [action, setAction] = useState<Delegation['action']>('approve')
  const [start, setStart] = useState<string | null>(() => new Date().toISOString())
  const [end, setEnd] = useState<string | null>(() => format.fromWall(`${format.wall(Date.now() + week).slice(0, 10)} 17:00:00`))
  const [reason, setReason] = useState('')
  const give = useMutation({
    mutationFn: () => call<Delegation>('/delegations', { method: 'POST', body: { taker, action, start, end, reason: reason.trim() || null } }),
    onSuccess: onDone,
  })
  const label = ({ name, unit }: DelegationList['colleagues'][number]) => {
    const found = units.find(({ code }) => code === unit)
    return found ? `${name} · ${format.text(found.name)}` : name
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        give.mutate()
      }}
    >
      <Stack>
        <Select
          data={colleagues.map((one) => ({ value: one.id, label: label(one) }))}
          label={t('entry.delegation.taker')}
          nothingFoundMessage={t('entry.delegation.nobody')}
          onChange={setTaker}
          required
          searchable
          value={taker}
        />
        <Select
          allowDeselect={false}
          data={(['approve', 'send'] as const).map((value) => ({ value, label: t(`entry.delegation.actions.${value}`) }))}
          label={t('entry.delegation.action')}
          onChange={(value) => setAction(value === 'send' ? 'send' : 'approve')}
          value={action}
        />
        <MomentField label={t('entry.delegation.start')} onChange={setStart} value={start} />
        <MomentField label={t('entry.delegation.end')} onChange={setEnd} value={end} />
        <Textarea
          autosize
          label={t('entry.remark')}
          maxLength={2000}
          minRows={2}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          value={reason}
        />
        {give.isError ? <ErrorNotice error={give.error} /> : null}
        <div className={classes.dialogButtons}>
          <Button disabled={!taker || !start || !end} loading={give.isPending} type="submit">
            {t('entry.delegation.give')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}
