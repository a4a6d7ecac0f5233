import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Problem } from '@/shared/api/client'
import { useFormat } from '@/shared/format/use-format'

import { Icon } from './icon'
import classes from './notices.module.css'

type EmptyProps = { title: string; hint?: string; children?: ReactNode }

/** There is nothing to show: says so, and what the reader can do. */
export function EmptyNotice({ title, hint, children }: EmptyProps) {
  return (
    <div className={classes.root}>
      <p className={classes.title}>{title}</p>
      {hint ? <p className={classes.hint}>{hint}</p> : null}
      {children}
    </div>
  )
}

type ErrorProps = { error: unknown; onRetry?: () => void }

/** Something failed: what, its code, what to do, and a way to try again. */
export function ErrorNotice({ error, onRetry }: ErrorProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const problem = error instanceof Problem ? error : null
  return (
    <div className={classes.root} role="alert">
      <p className={classes.title}>
        <Icon name="alert-circle" size={16} /> {problem ? format.text(problem.say) : t('common.failed')}
      </p>
      {problem?.remedy ? <p className={classes.hint}>{format.text(problem.remedy)}</p> : null}
      <p className={classes.code}>
        {t('common.code')} <code>{problem?.code ?? 'unexpected'}</code>
      </p>
      {onRetry ? (
        <Button leftSection={<Icon name="refresh" size={16} />} onClick={onRetry} size="xs" variant="default">
          {t('common.retry')}
        </Button>
      ) : null}
    </div>
  )
}
