import { Button, Skeleton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import { askEntry } from '@/shared/api/entry-queries'
import type { Delegation, State } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'
import { StateMark } from '@/shared/ui/state-mark'
import { useNow } from '@/shared/ui/use-now'

import { DelegationForm } from './delegation-form'
import classes from './entry.module.css'

type Standing = 'now' | 'later' | 'over' | 'revoked'
const shapes: Record<Standing, State> = { now: 'good', later: 'unknown', over: 'unknown', revoked: 'unknown' }

function standing({ start, end, revoked }: Delegation, now: number): Standing {
  if (revoked) return 'revoked'
  if (Date.parse(end) <= now) return 'over'
  return Date.parse(start) > now ? 'later' : 'now'
}

/** Who acts for the reader, and for whom the reader acts. */
export function DelegationsTab() {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const now = useNow()
  const found = useQuery(askEntry.delegations())
  const [giving, setGiving] = useState(false)
  const [taking, setTaking] = useState<Delegation | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: ['entry'] })
  const revoke = useMutation({
    mutationFn: (one: Delegation) => call<undefined>(`/delegations/${encodeURIComponent(one.id)}`, { method: 'DELETE' }),
    onSuccess: async () => {
      setTaking(null)
      await refresh()
    },
  })
  if (found.isPending) return <Skeleton height={200} mt="md" />
  if (found.isError && !found.data) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  const { items, colleagues } = found.data
  return (
    <div className={`${classes.panel} ${classes.alone}`}>
      <div className={classes.panelHead}>
        <p className={classes.dim}>{t('entry.delegation.hint')}</p>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setGiving(true)}>
          {t('entry.delegation.give')}
        </Button>
      </div>
      {items.length === 0 ? <EmptyNotice hint={t('entry.delegation.noneHint')} title={t('entry.delegation.none')} /> : null}
      {items.length > 0 ? (
        <DataTable
          columns={[
            { key: 'giver', title: t('entry.delegation.giver') },
            { key: 'taker', title: t('entry.delegation.taker') },
            { key: 'action', title: t('entry.delegation.action') },
            { key: 'span', title: t('entry.delegation.span') },
            { key: 'state', title: t('entry.delegation.state') },
            { key: 'do', title: <span className="tc-hidden">{t('entry.delegation.do')}</span> },
          ]}
          label={t('entry.tab.delegations')}
          rowKey={({ id }) => id}
          renderRow={(one) => {
            const is = standing(one, now)
            return [
              one.giver,
              one.taker,
              <div key="action">
                {t(`entry.delegation.actions.${one.action}`)}
                {one.reason ? <div className={classes.dim}>{one.reason}</div> : null}
              </div>,
              `${format.moment(one.start)} – ${format.moment(one.end)}`,
              <StateMark key="state" state={shapes[is]} word={t(`entry.delegation.standing.${is}`)} />,
              one.mine && (is === 'now' || is === 'later') ? (
                <Button
                  aria-label={t('entry.delegation.takeBackFrom', { who: one.taker })}
                  key="do"
                  onClick={() => setTaking(one)}
                  size="compact-sm"
                  variant="default"
                >
                  {t('entry.delegation.takeBack')}
                </Button>
              ) : null,
            ]
          }}
          rows={items}
        />
      ) : null}
      <Dialog onClose={() => setGiving(false)} opened={giving} title={t('entry.delegation.give')}>
        <DelegationForm
          colleagues={colleagues}
          onDone={() => {
            setGiving(false)
            void refresh()
          }}
        />
      </Dialog>
      <Dialog onClose={() => setTaking(null)} opened={taking !== null} title={t('entry.delegation.takeBack')}>
        <p className={classes.plain}>{t('entry.delegation.takeBackText', { who: taking?.taker ?? '' })}</p>
        {revoke.isError ? <ErrorNotice error={revoke.error} /> : null}
        <div className={classes.dialogButtons}>
          <Button onClick={() => setTaking(null)} variant="default">
            {t('entry.cancel')}
          </Button>
          <Button data-autofocus loading={revoke.isPending} onClick={() => (taking ? revoke.mutate(taking) : undefined)}>
            {t('entry.delegation.takeBack')}
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
