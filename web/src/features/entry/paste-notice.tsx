import { Button, CloseButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Pasted } from './block'
import classes from './entry.module.css'
import type { Notation } from './numbers'

type Props = { pasted: Pasted; onRead: (notation: Notation) => void; onUndo: () => void; onClose: () => void }

/** How a pasted block was read, what was left out of it, and ways to read it otherwise or take it back. */
export function PasteNotice({ pasted, onRead, onUndo, onClose }: Props) {
  const { t } = useTranslation()
  const { cells, beyond, read } = pasted
  const other = read.notation === 'vi' ? 'en' : 'vi'
  return (
    <div className={classes.notice}>
      <span className={classes.noticeText}>
        {t('entry.paste.done', { count: cells })}
        {read.why === 'plain' ? null : <> {t(`entry.paste.read.${read.notation}`)}</>}
        {read.why === 'either' || read.why === 'mixed' ? <b> {t(`entry.paste.${read.why}`)}</b> : null}
        {beyond > 0 ? <b> {t('entry.paste.beyond', { count: beyond })}</b> : null}
      </span>
      {read.why === 'plain' ? null : (
        <Button onClick={() => onRead(other)} size="compact-sm" variant="default">
          {t(`entry.paste.readAs.${other}`)}
        </Button>
      )}
      <Button onClick={onUndo} size="compact-sm" variant="default">
        {t('entry.paste.undo')}
      </Button>
      <CloseButton aria-label={t('common.close')} onClick={onClose} />
    </div>
  )
}
