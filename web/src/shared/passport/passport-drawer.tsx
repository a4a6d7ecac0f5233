import { NativeSelect, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'
import { SidePanel } from '@/shared/ui/overlay'

import { PassportBody } from './passport-body'
import type { PassportSearch } from './passport-search'
import { usePassport } from './use-passport'

/** The passport of a number, over whatever screen it was asked from. */
export function PassportDrawer({ passport }: { passport: PassportSearch | undefined }) {
  const { t } = useTranslation()
  const { closePassport } = usePassport()
  return (
    <SidePanel onClose={closePassport} opened={passport !== undefined} size={520} title={t('passport.title')}>
      {passport ? <Loaded passport={passport} /> : null}
    </SidePanel>
  )
}

function Loaded({ passport }: { passport: PassportSearch }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const { data: indicators = [] } = useQuery(ask.indicators())
  const datasets = passport.query.indicators.flatMap((name) => indicators.find(({ id }) => id === name)?.dataset ?? [])
  const found = useQuery(ask.answer(passport.query, datasets))
  if (found.isError && !found.data) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={320} radius="sm" />
  const known = found.data.provenance.indicators
  const body = known.find(({ indicator }) => indicator === passport.indicator)
  return (
    <>
      {known.length > 1 ? (
        <NativeSelect
          data={known.map(({ indicator, title }) => ({ value: indicator, label: format.text(title) }))}
          label={t('passport.figure')}
          mb="sm"
          onChange={({ currentTarget }) => openPassport({ ...passport, indicator: currentTarget.value })}
          value={passport.indicator}
        />
      ) : null}
      {body ? <PassportBody answer={found.data} passport={body} search={passport} /> : <p>{t('passport.notAsked')}</p>}
    </>
  )
}
