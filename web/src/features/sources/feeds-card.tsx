import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { SourceFeeds } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { BoardLink, DatasetLink, SourceLink } from '@/shared/ui/links'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './sources.module.css'

type Fed = SourceFeeds['indicators'][number]

/** What would be missing if a source stayed down. */
export function FeedsCard({ id }: { id: string }) {
  const { t } = useTranslation()
  const found = useQuery(ask.sourceFeeds(id))
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('source.feeds.title')}</h2>
      {found.isError && !found.data ? <ErrorNotice error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton height={160} /> : null}
      {found.data ? <Feeds feeds={found.data} /> : null}
    </section>
  )
}

function Feeds({ feeds }: { feeds: SourceFeeds }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { dataset, others, week, a_day: each } = feeds
  const most = Math.max(1, ...week.map(({ stored }) => stored))
  const plain = ({ title }: Fed): ReactNode => format.text(title)
  const kinds: [label: string, found: readonly Fed[], show: (fed: Fed) => ReactNode][] = [
    [t('source.feeds.indicators'), feeds.indicators, plain],
    [t('source.feeds.boards'), feeds.boards, (one) => <BoardLink className={classes.link} id={one.id}>{format.text(one.title)}</BoardLink>],
    [t('source.feeds.walls'), feeds.walls, (one) => <Link className={classes.link} to="/walls">{format.text(one.title)}</Link>],
    [t('source.feeds.layers'), feeds.layers, plain],
    [t('source.feeds.rules'), feeds.rules, plain],
  ]
  const used = kinds.filter(([, found]) => found.length > 0)
  return (
    <>
      <p className={classes.about}>
        {t(each > 0 ? 'source.feeds.text' : 'source.feeds.textNone', { records: format.number(each, each < 10 ? 1 : 0), dataset: format.text(dataset.title) })}{' '}
        {others.length === 0 ? t('source.feeds.alone') : null}
      </p>
      {each > 0 ? (
        <figure className={classes.week}>
          <figcaption className={classes.dim}>{t('source.feeds.week')}</figcaption>
          <ol>
            {week.map(({ day, stored }) => (
              <li key={day}>
                <span className={classes.weekDay}>{format.day(day).slice(0, 5)}</span>
                <span aria-hidden="true" className={classes.weekTrack}>
                  <span style={{ width: `${(100 * stored) / most}%` }} />
                </span>
                <span className="tc-number">{format.number(stored, 0)}</span>
              </li>
            ))}
          </ol>
        </figure>
      ) : null}
      {used.length === 0 ? <p className={classes.dim}>{t('source.feeds.nothing')}</p> : null}
      <dl className={classes.facts}>
        {used.map(([label, found, show]) => (
          <div key={label}>
            <dt>
              {label} ({format.number(found.length, 0)})
            </dt>
            <dd>
              <Names found={found} show={show} />
            </dd>
          </div>
        ))}
        {others.length > 0 ? (
          <div>
            <dt>{t('source.feeds.others')}</dt>
            <dd>
              <ul className={classes.names}>
                {others.map((one) => (
                  <li key={one.id}>
                    <SourceLink dataset={dataset.id} id={one.id}>
                      {format.text(one.title)}
                    </SourceLink>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ) : null}
        <div>
          <dt>{t('source.dataset')}</dt>
          <dd>
            <DatasetLink id={dataset.id}>{format.text(dataset.title)}</DatasetLink>
          </dd>
        </div>
      </dl>
    </>
  )
}

function Names({ found, show }: { found: readonly Fed[]; show: (fed: Fed) => ReactNode }) {
  return (
    <ul className={classes.names}>
      {found.map((one) => (
        <li key={one.id}>{show(one)}</li>
      ))}
    </ul>
  )
}
