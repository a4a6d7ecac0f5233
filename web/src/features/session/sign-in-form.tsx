import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'

import { call, Problem } from '@/shared/api/client'
import type { Session } from '@/shared/api/types'
import { useCity, useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './sign-in.module.css'
import { useSession } from './use-session'

type SignIn = { username: string; password: string; otp?: string }
type Props = {
  onDone: () => void
  /** Other ways on, below the button. */
  children?: ReactNode
}

const demoAccounts = ['demo-leader', 'demo-operator', 'demo-officer', 'demo-admin'] as const

/** Name and password, and the one-time code of an account that has one; the demo city names its accounts. */
export function SignInForm({ onDone, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const { enter } = useSession()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [otp, setOtp] = useState('')
  const [codeWanted, setCodeWanted] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const code = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: (body: SignIn) => call<Session>('/session', { method: 'POST', body }),
    onSuccess: (session) => {
      enter(session)
      onDone()
    },
    onError: (error) => {
      flushSync(() => setCodeWanted(error instanceof Problem && error.codeWanted))
      const wanted = code.current ?? first.current
      wanted?.focus()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ username, password, otp: otp.trim() || undefined })
  }
  const problem = signIn.error instanceof Problem ? signIn.error : null
  return (
    <>
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
            data-autofocus
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
          {codeWanted ? (
            <TextInput
              autoComplete="one-time-code"
              description={t('shell.otpHint')}
              inputMode="numeric"
              label={t('shell.otp')}
              name="otp"
              onChange={({ currentTarget }) => setOtp(currentTarget.value)}
              ref={code}
              required
              size="md"
              value={otp}
              withAsterisk={false}
            />
          ) : null}
          <Button loading={signIn.isPending} size="md" type="submit">
            {t('shell.signIn')}
          </Button>
          {children}
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
    </>
  )
}
