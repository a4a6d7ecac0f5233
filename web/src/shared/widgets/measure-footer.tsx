import { useTranslation } from 'react-i18next'

import type { Answer, Query } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { usePassport } from '@/shared/passport/use-passport'
import { TrustChip } from '@/shared/ui/trust-chip'

type Props = { answer: Answer | null; query: Query; at?: number | null }

/** As of when, and how good: the last line of everything that shows numbers. */
export function MeasureFooter({ answer, query, at }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport, hasPassport } = usePassport()
  const passport = answer?.provenance.indicators[0]
  const newest = at ?? passport?.newest ?? null
  const indicator = query.indicators[0]
  return (
    <>
      <span className="tc-number">
        {newest === null ? t('common.noRecords') : t('common.asOf', { at: format.nearMoment(newest) })}
      </span>
      {passport && indicator ? (
        <TrustChip
          onOpen={hasPassport ? () => openPassport({ indicator, query }) : undefined}
          quality={passport.quality}
        />
      ) : null}
    </>
  )
}
