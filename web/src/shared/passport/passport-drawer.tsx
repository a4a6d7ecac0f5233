import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'
import { SidePanel } from '@/shared/ui/overlay'

import { PassportBody } from './passport-body'
import { type PassportSearch, usePassport } from './use-passport'

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
  const format = useFormat()
  const { data: indicators = [] } = useQuery(ask.indicators())
  const datasets = passport.query.indicators.flatMap((name) => indicators.find(({ id }) => id === name)?.dataset ?? [])
  const found = useQuery(ask.answer(passport.query, datasets))
  if (found.isError && !found.data) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={320} radius="sm" />
  const body = found.data.provenance.indicators.find(({ indicator }) => indicator === passport.indicator)
  if (!body) return <p>{format.text(found.data.provenance.notes[0])}</p>
  return <PassportBody answer={found.data} passport={body} query={passport.query} />
}
