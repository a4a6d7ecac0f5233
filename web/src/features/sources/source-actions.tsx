import { Button, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import type { Connector, SourceDetail } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { Question } from '@/shared/ui/question'

import { AgainDialog } from './again-dialog'
import classes from './sources.module.css'
import { useActing } from './use-acting'

type Props = { detail: SourceDetail; connector: Connector | undefined; onRemoved: () => void }

/** What can be done with a source; only what its connector can. */
export function SourceActions({ detail, connector, onRemoved }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const acting = useActing(detail.id)
  const [again, setAgain] = useState(false)
  const [removing, setRemoving] = useState(false)
  const remove = useMutation({
    mutationFn: () => call<undefined>(`/sources/${encodeURIComponent(detail.id)}`, { method: 'DELETE' }),
    onSuccess: () => {
      onRemoved()
      client.removeQueries({ queryKey: ['sources', 'one', detail.id] })
      void client.invalidateQueries({ queryKey: ['sources'], exact: true })
    },
    onSettled: () => setRemoving(false),
  })
  const reads = connector !== undefined && !connector.answers
  const paused = detail.paused_by !== null
  const act = (what: 'pause' | 'resume' | 'run') => acting.mutate({ do: what })
  return (
    <div>
      <div className={classes.buttons}>
        {reads ? (
          <Button
            leftSection={<Icon name={paused ? 'player-play' : 'player-pause'} size={16} />}
            loading={acting.isPending && acting.variables.do !== 'run'}
            onClick={() => act(paused ? 'resume' : 'pause')}
            variant="default"
          >
            {t(paused ? 'source.actions.resume' : 'source.actions.pause')}
          </Button>
        ) : null}
        {reads && !paused ? (
          <Button
            leftSection={<Icon name="refresh" size={16} />}
            loading={acting.isPending && acting.variables.do === 'run'}
            onClick={() => act('run')}
            variant="default"
          >
            {t('source.actions.run')}
          </Button>
        ) : null}
        <Button
          leftSection={<Icon name="pencil" size={16} />}
          renderRoot={(props) => <Link {...props} params={{ id: detail.id }} to="/sources/$id/edit" />}
          variant="default"
        >
          {t('source.actions.edit')}
        </Button>
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <Button aria-label={t('source.actions.more')} px="xs" variant="default">
              <Icon name="dots" />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {connector?.spans ? (
              <Menu.Item leftSection={<Icon name="history" size={16} />} onClick={() => setAgain(true)}>
                {t('source.actions.again')}
              </Menu.Item>
            ) : null}
            <Menu.Item
              leftSection={<Icon name="copy" size={16} />}
              renderRoot={(props) => <Link {...props} search={{ from: detail.id }} to="/sources/new" />}
            >
              {t('source.actions.copy')}
            </Menu.Item>
            {detail.own ? (
              <Menu.Item leftSection={<Icon name="trash" size={16} />} onClick={() => setRemoving(true)}>
                {t('source.actions.remove')}
              </Menu.Item>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      </div>
      <p aria-live="polite" className={classes.said}>
        {acting.isSuccess ? t(`source.said.${acting.variables.do}`) : null}
      </p>
      {acting.isError ? <ErrorNotice error={acting.error} /> : null}
      {remove.isError ? <ErrorNotice error={remove.error} /> : null}
      <AgainDialog acting={acting} onClose={() => setAgain(false)} opened={again} />
      <Question
        answers={[
          { label: t('source.actions.remove'), onClick: () => remove.mutate(), busy: remove.isPending },
          { label: t('source.actions.cancel'), onClick: () => setRemoving(false), main: true },
        ]}
        onClose={() => setRemoving(false)}
        opened={removing}
        text={t('source.actions.removeText')}
        title={t('source.actions.removeSure', { title: format.text(detail.title) })}
      />
    </div>
  )
}
