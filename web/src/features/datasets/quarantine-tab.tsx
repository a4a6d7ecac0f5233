import { Button, Checkbox, SegmentedControl, Skeleton, Stack, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Dataset, QuarantineGroup, QuarantineRow } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'

import classes from './datasets.module.css'
import { QuarantineReasons, reasonKey } from './quarantine-reasons'
import { sourceName } from './source-name'

const statuses = ['waiting', 'released', 'discarded'] as const
type Group = Pick<QuarantineGroup, 'dataset' | 'source' | 'code' | 'column'>
type Decision = { kind: 'release' | 'discard'; ids?: string[]; group?: Group; reason?: string }

/** Records that failed a check: why, the raw row, and the steward's decision. */
export function QuarantineTab({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const [status, setStatus] = useState<(typeof statuses)[number]>('waiting')
  const [chosen, setChosen] = useState<string[]>([])
  const [discarding, setDiscarding] = useState(false)
  const [reason, setReason] = useState('')
  const [picked, setPicked] = useState<string | null>(null)
  const waiting = status === 'waiting'
  const groups = useQuery({ ...ask.quarantineReasons(dataset.id), enabled: waiting }).data?.items ?? []
  const group = waiting ? groups.find((one) => reasonKey(one) === picked) : undefined
  const of = group ? { source: group.source, code: group.code, column: group.column ?? '' } : {}
  const found = useQuery(ask.quarantine({ dataset: dataset.id, status, ...of }))
  const decide = useMutation({
    mutationFn: ({ kind, ...body }: Decision) => call(`/quarantine/${kind}`, { method: 'POST', body }),
    onSuccess: async () => {
      setChosen([])
      setDiscarding(false)
      setReason('')
      await client.invalidateQueries({ queryKey: ['quarantine', dataset.id] })
      await client.invalidateQueries({ queryKey: ['dataset', dataset.id] })
    },
  })
  const rows = found.data?.items ?? []
  const whole = group && chosen.length === 0
  const count = whole ? group.rows : chosen.length
  const subject: Pick<Decision, 'ids' | 'group'> = whole
    ? { group: { dataset: group.dataset, source: group.source, code: group.code, column: group.column } }
    : { ids: chosen }
  return (
    <section className={`${classes.card} ${classes.section}`}>
      <h2 className={classes.heading}>{t('dataset.quarantine.title')}</h2>
      <p className={classes.dim}>{t('dataset.quarantine.hint')}</p>
      <div className={classes.filters}>
        <SegmentedControl
          aria-label={t('dataset.quarantine.status')}
          data={statuses.map((value) => ({ value, label: t(`dataset.quarantine.${value}`) }))}
          onChange={(value) => {
            setStatus(value as typeof status)
            setChosen([])
          }}
          value={status}
        />
        {waiting && rows.length > 0 ? (
          <div className={classes.buttons}>
            <Button
              disabled={count === 0}
              loading={decide.isPending}
              onClick={() => decide.mutate({ kind: 'release', ...subject })}
            >
              {t('dataset.quarantine.release', { count })}
            </Button>
            <Button disabled={count === 0} onClick={() => setDiscarding(true)} variant="default">
              {t('dataset.quarantine.discard', { count })}
            </Button>
          </div>
        ) : null}
      </div>
      {waiting && groups.length > 0 ? (
        <QuarantineReasons
          dataset={dataset}
          groups={groups}
          onPick={(reason) => {
            setPicked(reason)
            setChosen([])
          }}
          picked={picked}
        />
      ) : null}
      {decide.isError ? <ErrorNotice error={decide.error} /> : null}
      {found.isError && !found.data ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton height={200} /> : null}
      {found.data && rows.length === 0 ? (
        <EmptyNotice hint={t('dataset.quarantine.emptyHint')} title={t('dataset.quarantine.empty')} />
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          columns={[
            ...(waiting ? [{ key: 'choose', title: t('dataset.quarantine.choose') }] : []),
            { key: 'received', title: t('dataset.quarantine.received') },
            { key: 'source', title: t('dataset.source') },
            { key: 'problem', title: t('dataset.quarantine.problem') },
            { key: 'raw', title: t('dataset.quarantine.raw') },
          ]}
          dense
          label={t('dataset.tab.quarantine')}
          rowKey={({ id }) => id}
          renderRow={(row) => [
            ...(waiting
              ? [
                  <Checkbox
                    aria-label={t('dataset.quarantine.chooseRow', { row: row.row })}
                    checked={chosen.includes(row.id)}
                    key="choose"
                    onChange={({ currentTarget }) =>
                      setChosen(currentTarget.checked ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))
                    }
                  />,
                ]
              : []),
            format.moment(row.received),
            sourceName(dataset, row.source, format),
            <div key="problem">
              {row.errors.map((error) => (
                <div key={`${error.column}${error.code}`}>
                  {error.column ? <code className={classes.code}>{error.column}</code> : null} {format.text(error.problem)}
                </div>
              ))}
            </div>,
            <RawRow key="raw" row={row} />,
          ]}
          rows={rows}
        />
      ) : null}
      <Dialog
        onClose={() => setDiscarding(false)}
        opened={discarding}
        title={t('dataset.quarantine.discard', { count })}
      >
        <Stack>
          <Textarea
            autosize
            data-autofocus
            label={t('dataset.quarantine.reason')}
            minRows={2}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            value={reason}
          />
          <Button
            disabled={reason.trim() === ''}
            loading={decide.isPending}
            onClick={() => decide.mutate({ kind: 'discard', ...subject, reason: reason.trim() })}
          >
            {t('dataset.quarantine.discard', { count })}
          </Button>
        </Stack>
      </Dialog>
    </section>
  )
}

/** The row as it was sent; the values to blame stand out. */
function RawRow({ row }: { row: QuarantineRow }) {
  const blamed = new Set(row.errors.map(({ column }) => column))
  return (
    <ul className={classes.raw}>
      {Object.entries(row.raw).map(([name, value]) => (
        <li data-blamed={blamed.has(name)} key={name}>
          <span className={classes.rawName}>{name}</span> {typeof value === 'string' ? value : JSON.stringify(value)}
        </li>
      ))}
    </ul>
  )
}
