import { Button, Paper } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { useSessionOver } from '@/shared/api/session-watch'
import { useCity, useFormat } from '@/shared/format/use-format'

import { SignInForm } from './sign-in-form'
import classes from './sign-in.module.css'
import { useSession } from './use-session'

type Props = { onDone: () => void }

/** Sign in, or go on as a member of the public. */
export function SignInPage({ onDone }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const over = useSessionOver()
  const { leave } = useSession()
  const goOn = async () => {
    if (over) await leave()
    onDone()
  }
  return (
    <div className={classes.page}>
      <Paper className={classes.card} p="xl" withBorder>
        <h1 className={classes.title}>{t('shell.signIn')}</h1>
        <p className={classes.city}>{t('shell.signInTo', { city: format.text(city.title) })}</p>
        <SignInForm onDone={onDone}>
          <Button onClick={() => void goOn()} size="md" variant="default">
            {t('shell.continuePublic')}
          </Button>
          <p className={classes.hint}>{t('shell.publicHint')}</p>
        </SignInForm>
      </Paper>
    </div>
  )
}
