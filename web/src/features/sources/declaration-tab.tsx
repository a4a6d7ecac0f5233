import { useTranslation } from 'react-i18next'

import type { SourceDetail } from '@/shared/api/types'
import { CopyButton } from '@/shared/ui/copy-button'

import classes from './sources.module.css'

/** The declaration as a file of a pack. */
export function DeclarationTab({ detail }: { detail: SourceDetail }) {
  const { t } = useTranslation()
  return (
    <section className={`${classes.card} ${classes.section}`}>
      <h2 className={classes.heading}>{t('source.tab.declaration')}</h2>
      <p className={classes.dim}>
        {t('source.declaration.hint')} {t(detail.own ? 'source.declaration.own' : 'source.declaration.shipped')}.
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <pre aria-label={t('source.tab.declaration')} className={classes.pre} role="group" tabIndex={0}>
        {detail.yaml}
      </pre>
      <CopyButton label={t('source.declaration.copy')} value={detail.yaml ?? ''} />
    </section>
  )
}
