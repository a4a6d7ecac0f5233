import { Anchor, Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice } from '@/shared/ui/notices'
import { WidgetFrame, type WidgetStatus } from '@/shared/ui/widget-frame'

import classes from './page-widget.module.css'

/** What an embedded page may do; scripts of our own origin would leave the sandbox, so only others keep theirs. */
export function sandboxOf(url: string, here: string): string {
  const basic = 'allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox'
  return new URL(url).origin === here ? basic : `${basic} allow-same-origin`
}

/** The address of a page that may be embedded, or null. */
function pageUrl(text: string | null | undefined): URL | null {
  const url = text && URL.canParse(text) ? new URL(text) : null
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null
}

/** Whether the browser refused to embed `url`, as the city's boards do not declare its address. */
function useRefused(url: URL | null, shown: boolean): boolean {
  const [refused, setRefused] = useState(false)
  const origin = url?.origin
  useEffect(() => {
    if (!shown) return undefined
    const note = (event: SecurityPolicyViolationEvent) => {
      if (event.effectiveDirective === 'frame-src' && URL.canParse(event.blockedURI) && new URL(event.blockedURI).origin === origin) {
        setRefused(true)
      }
    }
    document.addEventListener('securitypolicyviolation', note)
    return () => document.removeEventListener('securitypolicyviolation', note)
  }, [origin, shown])
  return refused
}

/** A page of another system in a closed frame. Nothing is asked of that system before the reader wants to see it. */
export function PageWidget({ widget }: { widget: Widget }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [wanted, setWanted] = useState(false)
  const [loaded, setLoaded] = useState(false)
  const url = pageUrl(widget.url)
  const refused = useRefused(url, wanted)
  const title = widget.title ? format.text(widget.title) : (url?.host ?? t('board.page'))
  const status: WidgetStatus = url
    ? { kind: 'ready' }
    : { kind: 'empty', title: t('board.pageNone'), hint: t('board.pageNoneHint') }
  return (
    <WidgetFrame
      actions={
        wanted && !refused ? (
          <Button onClick={() => setWanted(false)} size="compact-sm" variant="subtle">
            {t('board.pageHide')}
          </Button>
        ) : undefined
      }
      bleed={wanted && !refused}
      busy={wanted && !loaded && !refused}
      footer={
        url ? (
          <>
            <Anchor href={url.href} inherit rel="noopener noreferrer" target="_blank" underline="always">
              {t('board.pageOpen', { host: url.host })} <Icon name="external-link" size={13} />
            </Anchor>
            {wanted && !refused ? <span>{t('board.pageBlank')}</span> : null}
          </>
        ) : undefined
      }
      status={status}
      title={title}
    >
      {refused ? (
        <div role="alert">
          <EmptyNotice hint={t('board.pageRefusedHint')} title={t('board.pageRefused')} />
        </div>
      ) : url && wanted ? (
        <iframe
          className={classes.frame}
          onLoad={() => setLoaded(true)}
          referrerPolicy="no-referrer"
          sandbox={sandboxOf(url.href, location.origin)}
          src={url.href}
          title={title}
        />
      ) : (
        <EmptyNotice hint={t('board.pageHint', { host: url?.host ?? '' })} title={t('board.pageWaits')}>
          <Button onClick={() => setWanted(true)} size="xs" variant="default">
            {t('board.pageShow')}
          </Button>
        </EmptyNotice>
      )}
    </WidgetFrame>
  )
}
