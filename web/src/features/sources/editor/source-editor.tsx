import '@/shared/i18n/source-words'

import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call, Problem } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { Connector, Session, SourceDetail } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { useScreenKeys } from '@/shared/ui/keys'
import { ErrorNotice } from '@/shared/ui/notices'
import { Question } from '@/shared/ui/question'

import { BasicsForm } from './basics-form'
import { bodyOf, type Draft, idOf, lacksOf, push } from './draft'
import { MapTable } from './map-table'
import { suggestMap } from './mapping'
import { PreviewTable } from './preview-table'
import { SampleBar } from './sample-bar'
import { SettingsForm } from './settings-form'
import classes from './source-editor.module.css'
import { type Bench, useBench } from './use-bench'
import { type Trial, useTrial } from './use-trial'

type Props = {
  start: Draft
  session: Session
  /** What tells this bench apart from others in the tab. */
  name: string
  fresh: boolean
  connectors: readonly Connector[]
  sealed: readonly string[]
  taken: ReadonlySet<string>
  onSaved: (id: string) => void
}

/** A source on the bench: where it goes, how it connects, how it is mapped, and what would be stored, at once. */
export function SourceEditor({ start, session, name, fresh, connectors, sealed, taken, onSaved }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const bench = useBench(start, session, name)
  const trial = useTrial(bench)
  const { draft } = bench
  const connector = connectors.find((one) => one.name === draft.declaration.connector)
  const [tried, setTried] = useState(false)
  const lacks = lacksOf(draft, fresh, taken)
  const save = useMutation({
    mutationFn: () => {
      const secrets = Object.fromEntries(Object.entries(bench.secrets).filter(([, value]) => value !== ''))
      return call<SourceDetail>(`/sources/${encodeURIComponent(idOf(draft))}`, {
        method: 'PUT',
        body: { declaration: bodyOf(draft), secrets },
      })
    },
    onSuccess: (detail) => {
      bench.finish()
      client.setQueryData(ask.source(detail.id).queryKey, detail)
      void client.invalidateQueries({ queryKey: ['sources'] })
      onSaved(detail.id)
    },
  })
  const errorAt = useErrors(tried ? lacks : [], [save.error, trial.connect.error, trial.mapped.error])
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => bench.dirty && !bench.isDone() && next.pathname !== current.pathname,
    enableBeforeUnload: () => bench.dirty && !bench.isDone(),
    withResolver: true,
  })
  const trySave = () => {
    setTried(true)
    if (lacks.length === 0 && !save.isPending) save.mutate()
  }
  useScreenKeys('editor', [{ keys: ['mod+S'], does: 'save', act: trySave, always: true }])
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        trySave()
      }}
    >
      {bench.recovered ? (
        <p className={classes.notice} role="status">
          <Icon name="history" size={16} /> {t('source.edit.recovered')}
          <Button onClick={bench.drop} size="compact-sm" variant="default">
            {t('source.edit.drop')}
          </Button>
        </p>
      ) : null}
      <section className={classes.part}>
        <h2>{t('source.edit.basics')}</h2>
        <BasicsForm bench={bench} connector={connector} errorAt={errorAt} fresh={fresh} />
      </section>
      <section className={classes.part}>
        <ConnectionPart bench={bench} connector={connector} errorAt={errorAt} sealed={sealed} trial={trial} />
      </section>
      {draft.declaration.dataset ? <MapPart bench={bench} errorAt={errorAt} id={draft.declaration.dataset} trial={trial} /> : null}
      <div className={classes.bar}>
        <Button leftSection={<Icon name="device-floppy" size={16} />} loading={save.isPending} type="submit">
          {t('source.edit.save')}
        </Button>
        {tried && lacks.length > 0 ? <span role="alert">{t('source.edit.check')}</span> : null}
        {save.isError ? <ErrorNotice error={save.error} /> : null}
      </div>
      <Question
        answers={[
          {
            label: t('source.edit.go'),
            onClick: () => {
              bench.finish()
              blocker.proceed?.()
            },
          },
          { label: t('source.edit.stay'), onClick: () => blocker.reset?.(), main: true },
        ]}
        onClose={() => blocker.reset?.()}
        opened={blocker.status === 'blocked'}
        text={t('source.edit.leaveText')}
        title={t('source.edit.leave')}
      />
    </form>
  )
}

type ErrorAt = (where: string) => string | undefined

/** What is wrong at a place: what lacks, then what the server said of it or of something inside it. */
function useErrors(lacks: ReturnType<typeof lacksOf>, errors: readonly unknown[]): ErrorAt {
  const { t } = useTranslation()
  const format = useFormat()
  const wrong = errors.flatMap((error) => (error instanceof Problem ? error.wrong : []))
  return (where) => {
    const lack = lacks.find((one) => one.where === where)
    if (lack) return t(`source.edit.${lack.why}`)
    const found = wrong.find((one) => one.where === where || one.where.startsWith(`${where}.`) || (where === 'title.vi' && one.where === 'title'))
    return found ? format.text(found.problem) : undefined
  }
}

type PartProps = { bench: Bench; trial: Trial; errorAt: ErrorAt }

function ConnectionPart({ bench, trial, connector, sealed, errorAt }: PartProps & { connector: Connector | undefined; sealed: readonly string[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = bench.draft.declaration.connector
  const title = connector ? format.text(connector.title) : name === push ? t('source.push') : name
  const about = connector ? format.text(connector.about) : name === push ? t('source.pushHint') : t('source.edit.noConnector', { name })
  return (
    <>
      <h2>
        {t('source.edit.settings')}: {title}
      </h2>
      <p className={classes.dim}>{about}</p>
      {connector ? <SettingsForm bench={bench} connector={connector} errorAt={errorAt} sealed={sealed} /> : null}
      <SampleBar connector={connector} ready={bench.draft.declaration.dataset !== ''} trial={trial} />
    </>
  )
}

function MapPart({ bench, trial, id, errorAt }: PartProps & { id: string }) {
  const { t } = useTranslation()
  const { data: dataset } = useQuery(ask.dataset(id))
  const [added, setAdded] = useState<number | null>(null)
  const { sample, mapped, given } = trial
  const fields = sample?.fields
  const map = bench.draft.declaration.map ?? {}
  const suggest = () => {
    if (!dataset || !fields) return
    const found = suggestMap(dataset.columns, fields, map)
    setAdded(Object.keys(found).length)
    if (Object.keys(found).length > 0) bench.addMap(found)
  }
  const first = useRef(Object.keys(map).length === 0)
  const latest = useRef(suggest)
  useEffect(() => {
    latest.current = suggest
  })
  useEffect(() => {
    if (!first.current || !dataset || !fields || fields.length === 0) return
    first.current = false
    latest.current()
  }, [dataset, fields])
  if (!dataset) return null
  return (
    <>
      <section className={classes.part}>
        <h2>{t('source.edit.map')}</h2>
        <div className={classes.buttons}>
          <Button disabled={!fields} leftSection={<Icon name="link" size={16} />} onClick={suggest} size="xs" variant="default">
            {t('source.edit.suggest')}
          </Button>
          <span aria-live="polite">
            {added === null ? '' : added === 0 ? t('source.edit.suggestNone') : t('source.edit.suggested', { count: added })}
          </span>
        </div>
        <MapTable bench={bench} dataset={dataset} errorAt={errorAt} fields={fields} />
      </section>
      <section className={classes.part}>
        <h2>{t('source.edit.preview')}</h2>
        {given === null ? <p className={classes.dim}>{t('source.edit.noSample')}</p> : null}
        {mapped.isError ? <ErrorNotice error={mapped.error} onRetry={() => void mapped.refetch()} /> : null}
        {sample && !mapped.isError ? (
          <PreviewTable busy={mapped.isFetching} dataset={dataset} declaration={bench.draft.declaration} sample={sample} />
        ) : null}
      </section>
    </>
  )
}
