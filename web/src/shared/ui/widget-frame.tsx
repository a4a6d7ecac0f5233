import { Skeleton } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'

import { Icon } from './icon'
import { EmptyNotice, ErrorNotice } from './notices'
import classes from './widget-frame.module.css'

export type WidgetStatus =
  | { kind: 'loading' }
  | { kind: 'empty'; title?: string; hint?: string }
  | { kind: 'error'; error: unknown; retry: () => void }
  | { kind: 'ready' }

type Props = {
  title: string
  subtitle?: string
  status: WidgetStatus
  /** How old the newest record is, in seconds, where that is older than promised. */
  staleFor?: number | null
  actions?: ReactNode
  footer?: ReactNode
  children?: ReactNode
  bleed?: boolean
  busy?: boolean
}

/** The frame of everything on a board, in its five states: loading, empty, error, stale, ready. */
export function WidgetFrame(props: Props) {
  const { title, subtitle, status, staleFor, actions, footer, children, bleed = false, busy = false } = props
  const { t } = useTranslation()
  const format = useFormat()
  const heading = useId()
  return (
    <article aria-busy={status.kind === 'loading' || busy} aria-labelledby={heading} className={classes.frame}>
      <header className={classes.header}>
        <h2 className={classes.title} id={heading} title={title}>
          {title}
        </h2>
        {subtitle ? <span className={classes.subtitle}>{subtitle}</span> : null}
        {staleFor ? (
          <span className={classes.stale}>
            <Icon name="hourglass" size={13} /> {t('common.staleFor', { span: format.span(staleFor) })}
          </span>
        ) : null}
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      <div className={bleed && status.kind === 'ready' ? classes.bleed : classes.body}>
        {status.kind === 'loading' ? <LoadingBody /> : null}
        {status.kind === 'empty' ? (
          <EmptyNotice hint={status.hint ?? t('common.emptyHint')} title={status.title ?? t('common.empty')} />
        ) : null}
        {status.kind === 'error' ? <ErrorNotice error={status.error} onRetry={status.retry} /> : null}
        {status.kind === 'ready' ? children : null}
      </div>
      {footer && status.kind !== 'error' ? <footer className={classes.footer}>{footer}</footer> : null}
    </article>
  )
}

function LoadingBody() {
  const { t } = useTranslation()
  return (
    <div className={classes.loading}>
      <span className="tc-hidden">{t('common.loading')}</span>
      <Skeleton height={26} radius="sm" width="45%" />
      <Skeleton height={12} radius="sm" width="80%" />
      <Skeleton className={classes.grow} radius="sm" />
    </div>
  )
}
