import { Group } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import type { Provenance, Query } from '@/shared/api/types'
import { CopyButton } from '@/shared/ui/copy-button'

import classes from './passport.module.css'
import type { PassportSearch } from './passport-search'

type Props = { search: PassportSearch; provenance: Provenance }

/** The question as JSON and SQL, and a link that will always show this very number. */
export function PassportQuery({ search, provenance }: Props) {
  const { t } = useTranslation()
  const router = useRouter()
  const { query } = search
  const fixed: Query = {
    ...query,
    time: { from: provenance.period_from, to: provenance.period_to },
    as_of: provenance.as_of ?? provenance.asked_at,
  }
  const { pathname } = router.state.location
  const permalink = `${location.origin}${pathname}${router.options.stringifySearch?.({ passport: { ...search, query: fixed } }) ?? ''}`
  const json = JSON.stringify(query, null, 2)
  return (
    <>
      <Group gap="xs">
        <CopyButton label={t('passport.copyLink')} value={permalink} />
        <CopyButton label={t('passport.copyQuery')} value={json} />
        <CopyButton label={t('passport.copySql')} value={provenance.sql} />
      </Group>
      <p className={classes.dim}>{t('passport.linkMeans')}</p>
      <details>
        <summary>{t('passport.showQuery')}</summary>
        <pre className={classes.code}>{json}</pre>
      </details>
      <details>
        <summary>{t('passport.showSql')}</summary>
        <pre className={classes.code}>{provenance.sql}</pre>
      </details>
    </>
  )
}
