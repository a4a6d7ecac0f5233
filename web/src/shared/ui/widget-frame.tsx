import { Skeleton } from '@mantine/core'
import type { QueryKey } from '@tanstack/react-query'
import { type ReactNode, use, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { useAsking } from '@/shared/api/use-asking'
import { useFormat } from '@/shared/format/use-format'
import { WidgetMenu } from '@/shared/widget-actions/widget-menu'
import { WidgetPlaceContext, type WidgetSource } from '@/shared/widget-actions/widget-place'

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
  /** How old the newest record is, in seconds, where that is older than promised; 0 where only some series are late. */
  staleFor?: number | null
  actions?: ReactNode
  footer?: ReactNode
  children?: ReactNode
  bleed?: boolean
  /** Waiting for something else than an answer. */
  busy?: boolean
  /** The question whose answer it shows. */
  asks?: QueryKey
  /** What stands behind it, for its menu; without it there is nothing to take along. */
  source?: WidgetSource
  /** Which of the board's pickers it cannot follow. */
  limits?: string
  /** More to do with it. */
  menu?: ReactNode
}

const nothing: WidgetSource = { datasets: [] }

/** The frame of everything on a board, in its five states: loading, empty, error, stale, ready. */
export function WidgetFrame(props: Props) {
  const { title, subtitle, status, staleFor, actions, footer, children, bleed = false, busy = false, asks, source, limits, menu } = props
  const { t } = useTranslation()
  const format = useFormat()
  const heading = useId()
  const body = useRef<HTMLDivElement>(null)
  const placed = use(WidgetPlaceContext) !== null
  return (
    <Article asks={asks} busy={status.kind === 'loading' || busy} heading={heading}>
      <header className={classes.header}>
        <div className={classes.words}>
          <h2 className={classes.title} id={heading} title={title}>
            {title}
          </h2>
          {subtitle ? <span className={classes.subtitle}>{subtitle}</span> : null}
          {typeof staleFor === 'number' ? (
            <span className={classes.stale}>
              <Icon name="hourglass" size={13} />{' '}
              {staleFor === 0 ? t('common.partlyLate') : t('common.staleFor', { span: format.span(staleFor) })}
            </span>
          ) : null}
        </div>
        {actions || placed ? (
          <div className={classes.actions}>
            {actions}
            <WidgetMenu body={body} ready={status.kind === 'ready'} source={source ?? nothing} subtitle={subtitle} title={title}>
              {menu}
            </WidgetMenu>
          </div>
        ) : null}
      </header>
      {limits ? (
        <p className={classes.limits}>
          <Icon name="filter-off" size={13} /> {limits}
        </p>
      ) : null}
      <div className={bleed && status.kind === 'ready' ? classes.bleed : classes.body} ref={body}>
        {status.kind === 'loading' ? <LoadingBody /> : null}
        {status.kind === 'empty' ? (
          <EmptyNotice hint={status.hint ?? t('common.emptyHint')} title={status.title ?? t('common.empty')} />
        ) : null}
        {status.kind === 'error' ? <ErrorNotice error={status.error} onRetry={status.retry} /> : null}
        {status.kind === 'ready' ? children : null}
      </div>
      {footer && status.kind !== 'error' ? <footer className={classes.footer}>{footer}</footer> : null}
    </Article>
  )
}

type ArticleProps = { asks: QueryKey | undefined; busy: boolean; heading: string; children: ReactNode }

/** Says that it is asking without drawing anew what is in it. */
function Article({ asks, busy, heading, children }: ArticleProps) {
  const asking = useAsking(asks)
  return (
    <article aria-busy={busy || asking} aria-labelledby={heading} className={classes.frame}>
      {children}
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
