import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { SourceRun } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import { sizeText } from './size-text'
import classes from './sources.module.css'

const counts = ['stored', 'quarantined', 'duplicated'] as const

/** The newest runs of a source, and how each went. */
export function RunsTab({ id }: { id: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const found = useQuery(ask.sourceRuns(id))
  if (found.isError && !found.data) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={240} mt="md" />
  const seconds = ({ began, ended }: SourceRun) => (ended ? (Date.parse(ended) - Date.parse(began)) / 1000 : null)
  return (
    <section className={`${classes.card} ${classes.section}`}>
      <h2 className={classes.heading}>{t('source.tab.runs')}</h2>
      <p className={classes.dim}>{t('source.runs.hint')}</p>
      {found.data.length === 0 ? (
        <EmptyNotice hint={t('source.runs.emptyHint')} title={t('source.runs.empty')} />
      ) : (
        <DataTable
          columns={[
            { key: 'began', title: t('source.runs.began') },
            { key: 'why', title: t('source.runs.why') },
            { key: 'result', title: t('source.runs.result') },
            ...counts.map((count) => ({ key: count, title: t(`source.runs.${count}`), align: 'end' as const })),
            { key: 'size', title: t('source.runs.size'), align: 'end' },
            { key: 'took', title: t('source.runs.took'), align: 'end' },
          ]}
          dense
          label={t('source.tab.runs')}
          renderRow={(run) => {
            const took = seconds(run)
            return [
              format.moment(run.began),
              t(run.why === 'span' ? 'source.runs.span' : 'source.runs.schedule'),
              <div className={classes.result} key="result">
                <StateMark
                  state={run.problem ? 'bad' : took === null ? 'unknown' : 'good'}
                  word={run.problem ? format.text(run.problem.message) : t(took === null ? 'source.runs.going' : 'source.runs.good')}
                />
              </div>,
              ...counts.map((count) => format.number(run[count], 0)),
              sizeText(run.bytes, format),
              took === null ? '' : `${format.number(took, took < 10 ? 1 : 0)} s`,
            ]
          }}
          rowKey={({ id: run }) => run}
          rows={found.data}
        />
      )}
    </section>
  )
}
