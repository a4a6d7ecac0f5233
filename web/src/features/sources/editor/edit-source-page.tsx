import '@/shared/i18n/source-words'

import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'
import { splitName } from '@/shared/ui/names'

import classes from '../sources.module.css'
import { SourceEditor } from './source-editor'

const none: ReadonlySet<string> = new Set()

/** A declared source on the bench. */
export function EditSourcePage({ id, onSaved }: { id: string; onSaved: (id: string) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: session } = useQuery(ask.session())
  const connectors = useQuery(ask.connectors())
  const found = useQuery({ ...ask.source(id), refetchInterval: false })
  const error = connectors.error ?? found.error
  const declaration = found.data?.declaration
  const { pack, name } = splitName(id)
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t('source.edit.title', { title: format.text(found.data?.title) || id })}</h1>
      {error ? (
        <ErrorNotice
          error={error}
          onRetry={() => {
            void connectors.refetch()
            void found.refetch()
          }}
        />
      ) : null}
      {!error && !(declaration && connectors.data && session) ? <Skeleton height={320} mt="md" /> : null}
      {declaration && connectors.data && session ? (
        <SourceEditor
          connectors={connectors.data}
          fresh={false}
          name={id}
          onSaved={onSaved}
          sealed={found.data?.secrets ?? []}
          session={session}
          start={{ pack, short: name, declaration }}
          taken={none}
        />
      ) : null}
    </div>
  )
}
