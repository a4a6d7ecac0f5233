import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Connector, SourceDetail } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'

import { useSettingName } from './setting-name'
import classes from './sources.module.css'
import { useSecrets } from './use-acting'

type Props = { detail: SourceDetail; connector: Connector }

/** Which secrets are set; each can be replaced or forgotten, and none is ever shown. */
export function SecretsCard({ detail, connector }: Props) {
  const { t } = useTranslation()
  const nameOf = useSettingName(connector)
  const saving = useSecrets(detail)
  const [opened, setOpened] = useState<string | null>(null)
  const [value, setValue] = useState('')
  const close = () => {
    setOpened(null)
    setValue('')
  }
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('source.secrets.title')}</h2>
      <p className={classes.dim}>{t('source.secrets.hint')}</p>
      <ul className={classes.secrets}>
        {connector.secrets.map((secret) => {
          const set = detail.secrets.includes(secret)
          const name = nameOf(secret)
          return (
            <li key={secret}>
              <span>{name}</span>
              <StateMark size={10} state={set ? 'good' : 'unknown'} word={t(set ? 'source.secrets.set' : 'source.secrets.unset')} />
              {opened === secret ? (
                <form
                  className={classes.secretForm}
                  onSubmit={(event) => {
                    event.preventDefault()
                    if (value) saving.mutate({ [secret]: value }, { onSuccess: close })
                  }}
                >
                  <PasswordInput
                    autoComplete="new-password"
                    data-autofocus
                    label={t('source.secrets.new', { name })}
                    onChange={({ currentTarget }) => setValue(currentTarget.value)}
                    value={value}
                  />
                  <Button disabled={!value} loading={saving.isPending} type="submit">
                    {t('source.secrets.save')}
                  </Button>
                  <Button onClick={close} variant="default">
                    {t('source.actions.cancel')}
                  </Button>
                </form>
              ) : (
                <span className={classes.buttons}>
                  <Button
                    aria-label={t(set ? 'source.secrets.replace' : 'source.secrets.fill', { name })}
                    leftSection={<Icon name="pencil" size={14} />}
                    onClick={() => {
                      close()
                      setOpened(secret)
                    }}
                    size="compact-sm"
                    variant="subtle"
                  >
                    {t(set ? 'source.secrets.change' : 'source.secrets.enter')}
                  </Button>
                  {set ? (
                    <Button
                      aria-label={t('source.secrets.forget', { name })}
                      loading={saving.isPending}
                      onClick={() => saving.mutate({ [secret]: null })}
                      size="compact-sm"
                      variant="subtle"
                    >
                      {t('common.clear')}
                    </Button>
                  ) : null}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      <p aria-live="polite" className={classes.said}>
        {saving.isSuccess ? t('source.secrets.saved') : null}
      </p>
      {saving.isError ? <ErrorNotice error={saving.error} /> : null}
    </section>
  )
}
