import { Alert, Button, Paper, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call, Problem } from '@/shared/api/client'
import type { Session } from '@/shared/api/types'
import { useCity, useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './sign-in-page.module.css'

type Props = { onDone: () => void }

const demoAccounts = ['demo-leader', 'demo-operator', 'demo-officer', 'demo-admin'] as const

/** Name and password, or on as a member of the public; the demo city names its accounts. */
export function SignInPage({ onDone }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const client = useQueryClient()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const first = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: (body: { username: string; password: string }) =>
      call<Session>('/session', { method: 'POST', body }),
    onSuccess: () => {
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'city' })
      void client.invalidateQueries()
      onDone()
    },
    onError: () => first.current?.focus(),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ username, password })
  }
  const problem = signIn.error instanceof Problem ? signIn.error : null
  return (
    <div className={classes.page}>
      <Paper className={classes.card} p="xl" withBorder>
        <h1 className={classes.title}>{t('shell.signIn')}</h1>
        <p className={classes.city}>{t('shell.signInTo', { city: format.text(city.title) })}</p>
        <form onSubmit={submit}>
          <Stack gap="md">
            {signIn.isError ? (
              <Alert className={classes.alert} icon={<Icon name="alert-circle" />} role="alert" variant="outline">
                {problem ? format.text(problem.say) : t('common.failed')}{' '}
                {problem?.remedy ? format.text(problem.remedy) : null}
              </Alert>
            ) : null}
            <TextInput
              autoComplete="username"
              label={t('shell.username')}
              name="username"
              onChange={({ currentTarget }) => setUsername(currentTarget.value)}
              ref={first}
              required
              size="md"
              value={username}
              withAsterisk={false}
            />
            <PasswordInput
              autoComplete="current-password"
              label={t('shell.password')}
              name="password"
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
              required
              size="md"
              value={password}
              visibilityToggleButtonProps={{ 'aria-label': t('shell.showPassword') }}
              withAsterisk={false}
            />
            <Button loading={signIn.isPending} size="md" type="submit">
              {t('shell.signIn')}
            </Button>
            <Button onClick={onDone} size="md" variant="default">
              {t('shell.continuePublic')}
            </Button>
            <p className={classes.hint}>{t('shell.publicHint')}</p>
          </Stack>
        </form>
        {city.demo ? (
          <section aria-labelledby="demo-accounts" className={classes.demo}>
            <h2 className={classes.demoTitle} id="demo-accounts">
              {t('shell.demoAccounts')}
            </h2>
            <p className={classes.hint}>{t('shell.demoAccountsHint')}</p>
            <ul className={classes.accounts}>
              {demoAccounts.map((name) => (
                <li key={name}>
                  <Button
                    disabled={signIn.isPending}
                    fullWidth
                    justify="space-between"
                    onClick={() => signIn.mutate({ username: name, password: 'demo' })}
                    rightSection={<Icon name="login" size={16} />}
                    variant="default"
                  >
                    {t(`shell.role.${name}`)}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </Paper>
    </div>
  )
}
