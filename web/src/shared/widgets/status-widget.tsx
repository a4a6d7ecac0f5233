import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DatasetLink } from '@/shared/ui/links'
import { StateMark } from '@/shared/ui/state-mark'
import { TrustChip } from '@/shared/ui/trust-chip'
import { WidgetFrame, type WidgetStatus } from '@/shared/ui/widget-frame'

import classes from './status-widget.module.css'
import { useLimits } from './use-limits'
import type { BoardView } from './widget-query'

type Props = { widget: Widget; view: BoardView }

/** Whether a dataset speaks as promised, source by source. */
export function StatusWidget({ widget, view }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const found = useQuery(ask.dataset(widget.dataset ?? ''))
  const dataset = found.data
  let status: WidgetStatus = { kind: 'ready' }
  if (!dataset) {
    status = found.isError
      ? { kind: 'error', error: found.error, retry: () => void found.refetch() }
      : { kind: 'loading' }
  }
  return (
    <WidgetFrame
      footer={
        dataset ? (
          <>
            <DatasetLink id={dataset.id}>{t('board.openDataset')}</DatasetLink>
            <TrustChip quality={dataset.quality} />
          </>
        ) : undefined
      }
      limits={useLimits(widget, view)}
      source={{ datasets: widget.dataset ? [widget.dataset] : [] }}
      status={status}
      title={format.text(widget.title ?? dataset?.title) || (widget.dataset ?? '')}
    >
      {dataset ? (
        <>
          <StateMark state={dataset.freshness.state} word={t(`common.fresh.${dataset.freshness.state}`)} />
          <p className={classes.age}>
            {dataset.freshness.newest ? t('common.newest', { ago: format.ago(dataset.freshness.newest) }) : t('common.noRecords')}
          </p>
          <ul className={classes.sources}>
            {dataset.sources.map((source) => (
              <li key={source.id}>
                {source.title ? format.text(source.title) : source.id}
                <span className="tc-number">{source.newest ? format.ago(source.newest) : t('common.never')}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </WidgetFrame>
  )
}
