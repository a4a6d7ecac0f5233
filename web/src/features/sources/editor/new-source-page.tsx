import '@/shared/i18n/source-words'

import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Connector, SourceLine } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from '../sources.module.css'
import { blankDraft, copyDraft, push } from './draft'
import { SourceEditor } from './source-editor'

type Props = { from: string | undefined; connector: string | undefined; onSaved: (id: string) => void }

/** A new source: first what it begins with, then its bench. */
export function NewSourcePage({ from, connector, onSaved }: Props) {
  const { t } = useTranslation()
  const { data: session } = useQuery(ask.session())
  const connectors = useQuery(ask.connectors())
  const sources = useQuery(ask.sources())
  const template = useQuery({ ...ask.source(from ?? ''), enabled: from !== undefined, refetchInterval: false })
  const error = connectors.error ?? sources.error ?? template.error
  const ready = session && connectors.data && sources.data && (from === undefined || template.data?.declaration)
  const taken = new Set((sources.data ?? []).filter(({ declared }) => declared).map(({ id }) => id))
  const given = template.data?.declaration
  const start = from !== undefined && given ? copyDraft(from, given, taken) : connector ? blankDraft(connector) : null
  return (
    <div className={classes.page}>
      <h1 className={classes.title}>{t('source.new.title')}</h1>
      {error ? (
        <ErrorNotice
          error={error}
          onRetry={() => {
            for (const one of [connectors, sources, template]) if (one.isError) void one.refetch()
          }}
        />
      ) : null}
      {!ready && !error ? <Skeleton height={320} mt="md" /> : null}
      {ready && start ? (
        <SourceEditor
          connectors={connectors.data}
          fresh
          name={`new ${from ?? connector}`}
          onSaved={onSaved}
          sealed={[]}
          session={session}
          start={start}
          taken={taken}
        />
      ) : null}
      {ready && !start ? <Starts connectors={connectors.data} sources={sources.data} /> : null}
    </div>
  )
}

/** What a source may begin with. */
function Starts({ connectors, sources }: { connectors: readonly Connector[]; sources: readonly SourceLine[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const templates = sources.filter(({ declared }) => declared)
  return (
    <>
      <h2 className={classes.subtitle}>{t('source.new.templates')}</h2>
      <p className={classes.dim}>{t('source.new.templatesHint')}</p>
      <ul className={classes.starts}>
        {templates.map(({ id, title, dataset }) => (
          <li key={id}>
            <Link className={classes.start} search={{ from: id }} to="/sources/new">
              <strong>{format.text(title)}</strong>
              <span className={classes.dim}>{dataset}</span>
            </Link>
          </li>
        ))}
      </ul>
      <h2 className={classes.subtitle}>{t('source.new.connectors')}</h2>
      <p className={classes.dim}>{t('source.new.connectorsHint')}</p>
      <ul className={classes.starts}>
        {connectors.map(({ name, title, about }) => (
          <li key={name}>
            <Link className={classes.start} search={{ connector: name }} to="/sources/new">
              <strong>{format.text(title)}</strong>
              <span className={classes.dim}>{format.text(about)}</span>
            </Link>
          </li>
        ))}
        <li>
          <Link className={classes.start} search={{ connector: push }} to="/sources/new">
            <strong>{t('source.push')}</strong>
            <span className={classes.dim}>{t('source.pushHint')}</span>
          </Link>
        </li>
      </ul>
    </>
  )
}
