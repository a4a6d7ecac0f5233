import { Button, Modal } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { onOtherTab, useSessionOver } from '@/shared/api/session-watch'

import { SignInForm } from './sign-in-form'
import classes from './sign-in.module.css'
import { useSession } from './use-session'

type Props = {
  /** The screen asks by itself. */
  quiet: boolean
}

/** Asks to sign in again where one stands; the screen behind keeps what it has, also what was not saved yet. */
export function SessionOver({ quiet }: Props) {
  const { t } = useTranslation()
  const over = useSessionOver()
  const { leave, follow } = useSession()
  useEffect(() => onOtherTab(() => void follow()), [follow])
  return (
    <Modal.Root closeOnClickOutside={false} closeOnEscape={false} onClose={() => undefined} opened={over && !quiet} size={440}>
      <Modal.Overlay blur={6} />
      <Modal.Content aria-label={t('shell.sessionOver')}>
        <Modal.Body className={classes.over}>
          <h2 className={classes.title}>{t('shell.sessionOver')}</h2>
          <p className={classes.city}>{t('shell.sessionOverHint')}</p>
          <SignInForm onDone={() => undefined}>
            <Button onClick={() => void leave()} size="md" variant="default">
              {t('shell.continuePublic')}
            </Button>
            <p className={classes.hint}>{t('shell.sessionOverPublic')}</p>
          </SignInForm>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
