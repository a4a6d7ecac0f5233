import { useTranslation } from 'react-i18next'

import type { Share } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'

import classes from './board-page.module.css'
import { useSharing } from './use-sharing'

const most = 2

/** With whom a saved board is shared. */
export function SharedWith({ shared, shares }: { shared: boolean; shares: readonly Share[] }) {
  const { t } = useTranslation()
  const { nameOf } = useSharing()
  const names = shares.map(nameOf)
  const shown = names.slice(0, most).join(', ')
  const rest = names.length - most
  const said = shared
    ? t('board.sharedAll')
    : names.length === 0
      ? t('board.sharedNone')
      : rest > 0
        ? t('board.sharedMore', { names: shown, count: rest })
        : t('board.sharedWith', { names: shown })
  return (
    <p className={classes.shared} title={names.length > most ? names.join(', ') : undefined}>
      <Icon name={shared ? 'world' : names.length > 0 ? 'users' : 'lock'} size={14} /> {said}
    </p>
  )
}
