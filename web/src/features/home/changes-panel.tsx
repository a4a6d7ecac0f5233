import { Button, Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { DatasetSummary } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { DatasetLink } from '@/shared/ui/links'
import { ErrorNotice } from '@/shared/ui/notices'
import type { NameOf } from '@/shared/widgets/use-names'

import { ChangedFigure } from './changed-figure'
import { knewSomething, newlySilent } from './changes'
import classes from './changes.module.css'
import { SincePicker } from './since-picker'
import type { Changes } from './use-changes'

type Props = {
  found: Changes
  chosen: string | undefined
  datasets: readonly DatasetSummary[]
  placeName: NameOf
  onChoose: (since: string | undefined) => void
}

/** What changed since a moment: figures that got worse or better, feeds that fell silent, and what came in. */
export function ChangesPanel({ found, chosen, datasets, placeName, onChoose }: Props) {
  const { t } = useTranslation()
  const { since, visit, before, changes } = found
  return (
    <section aria-labelledby="changes-heading" className={classes.panel}>
      <h2 className={classes.heading} id="changes-heading">
        {t('home.since.heading')}
      </h2>
      <SincePicker chosen={chosen} onChoose={onChoose} since={since} visit={visit} />
      {since === null ? (
        <p className={classes.quiet}>
          {t('home.since.first')}{' '}
          <Button onClick={() => onChoose('yesterday')} size="compact-sm" variant="default">
            {t('home.since.offer')}
          </Button>
        </p>
      ) : before.isError && !before.data ? (
        <ErrorNotice error={before.error} onRetry={() => void before.refetch()} />
      ) : changes === null || !before.data ? (
        <Skeleton height={44} radius="sm" />
      ) : (
        <>
          {!knewSomething(before.data) ? (
            <p className={classes.quiet}>{t('home.since.unknown')}</p>
          ) : changes.length === 0 ? (
            <p className={classes.quiet}>{t('home.since.same')}</p>
          ) : (
            <ul className={classes.list}>
              {changes.map((change) => (
                <ChangedFigure change={change} key={(change.now ?? change.earlier)?.indicator} placeName={placeName} />
              ))}
            </ul>
          )}
          <Silent datasets={datasets} since={since} />
          <Arrived arrivals={found.arrivals.data ?? []} datasets={datasets} />
        </>
      )}
    </section>
  )
}

function Silent({ datasets, since }: { datasets: readonly DatasetSummary[]; since: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const silent = newlySilent(datasets, since)
  if (silent.length === 0) return null
  return (
    <ul className={classes.list}>
      {silent.map(({ dataset, at }) => (
        <li className={classes.silent} key={dataset.id}>
          <Icon name="hourglass" size={14} />
          <span>
            <DatasetLink id={dataset.id}>{format.text(dataset.title)}</DatasetLink>{' '}
            {t('home.since.silent', { at: format.nearMoment(at) })}
          </span>
        </li>
      ))}
    </ul>
  )
}

type Arrival = { dataset: string; records: number }

function Arrived({ arrivals, datasets }: { arrivals: readonly Arrival[]; datasets: readonly DatasetSummary[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (arrivals.length === 0) return null
  const sum = arrivals.reduce((all, { records }) => all + records, 0)
  const shown = (records: number) => t('common.records', { count: records, shown: format.number(records, 0) })
  return (
    <details className={classes.arrived}>
      <summary>{t('home.since.arrived', { records: shown(sum), count: arrivals.length })}</summary>
      <ul>
        {arrivals.toSorted((a, b) => b.records - a.records).map(({ dataset, records }) => (
          <li key={dataset}>
            <DatasetLink id={dataset}>{format.text(datasets.find(({ id }) => id === dataset)?.title) || dataset}</DatasetLink>
            <span className="tc-number">{shown(records)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
