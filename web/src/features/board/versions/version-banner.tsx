import '@/shared/i18n/editor-words'

import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Board } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'

import { useRestoring } from './use-restoring'
import classes from './versions.module.css'

type Props = { board: Board; version: number; onLeave: () => void; onList: () => void }

/** Says that an earlier version is shown, and lets it become the newest. */
export function VersionBanner({ board, version, onLeave, onList }: Props) {
  const { t } = useTranslation()
  const restore = useRestoring(board.id, onLeave)
  return (
    <>
      <div className={classes.banner} role="status">
        <Icon name="history" size={16} />
        <span>{t('editor.versions.banner', { version, newest: board.version })}</span>
        <span className={classes.ways}>
          <Button loading={restore.isPending} onClick={() => restore.mutate(version)} size="compact-sm">
            {t('editor.versions.restoreThis')}
          </Button>
          <Button onClick={onList} size="compact-sm" variant="default">
            {t('editor.versions.title')}
          </Button>
          <Button onClick={onLeave} size="compact-sm" variant="default">
            {t('editor.versions.back')}
          </Button>
        </span>
      </div>
      {restore.isError ? <ErrorNotice error={restore.error} /> : null}
    </>
  )
}
