import { useTranslation } from 'react-i18next'

import { useArrivals, useLine } from '@/shared/api/live'
import { useFormat } from '@/shared/format/use-format'
import { DatasetLink } from '@/shared/ui/links'
import { useNow } from '@/shared/ui/use-now'

import classes from './home-page.module.css'

/** What came in just now, dataset by dataset. */
export function Arrivals({ datasetTitle }: { datasetTitle: (id: string) => string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const arrivals = useArrivals()
  const { status } = useLine()
  const now = useNow(5000)
  if (arrivals.length === 0) return <p className={classes.quiet}>{t(`home.feed.${status}`)}</p>
  return (
    <ul className={classes.arrivals}>
      {arrivals.slice(0, 6).map((arrival) => (
        <li key={arrival.dataset}>
          <DatasetLink id={arrival.dataset}>{datasetTitle(arrival.dataset)}</DatasetLink>
          <span className="tc-number">
            {t('common.records', { count: arrival.records, shown: format.number(arrival.records, 0) })} ·{' '}
            {now - arrival.at < 5000 ? t('common.justNow') : format.ago(arrival.at, now)}
          </span>
        </li>
      ))}
    </ul>
  )
}
