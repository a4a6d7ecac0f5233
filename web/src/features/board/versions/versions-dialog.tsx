import '@/shared/i18n/editor-words'

import { Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Board } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'

import { ChangeList } from './change-list'
import { useRestoring } from './use-restoring'
import classes from './versions.module.css'

type Props = { board: Board; shown: number | undefined; onClose: () => void; onShow: (version: number | undefined) => void }

/** Every version that was saved: who, when, what it changed; to be looked at and brought back. */
export function VersionsDialog({ board, shown, onClose, onShow }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} opened size={680} title={t('editor.versions.title')}>
      <p className={classes.hint}>{t('editor.versions.hint')}</p>
      <Versions board={board} onShow={onShow} shown={shown ?? board.version} />
    </Dialog>
  )
}

function Versions({ board, shown, onShow }: { board: Board; shown: number; onShow: Props['onShow'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const found = useInfiniteQuery(ask.boardVersions(board.id))
  const restore = useRestoring(board.id, () => onShow(undefined))
  if (found.isError) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={240} />
  const versions = found.data.pages.flatMap(({ items }) => items)
  return (
    <>
      {restore.isError ? <ErrorNotice error={restore.error} /> : null}
      <ol className={classes.list}>
        {versions.map((version) => {
          const newest = version.version === board.version
          return (
            <li className={classes.version} data-shown={version.version === shown} key={version.version}>
              <div className={classes.head}>
                <h3 className={classes.name}>
                  {t('editor.versions.one', { version: version.version })}
                  {newest ? <span className={classes.badge}>{t('editor.versions.newest')}</span> : null}
                </h3>
                <p className={classes.hint}>{t('editor.versions.by', { name: version.name, at: format.moment(version.at) })}</p>
              </div>
              <div className={classes.actions}>
                {version.version === shown ? (
                  <span className={classes.hint}>{t('editor.versions.shown')}</span>
                ) : (
                  <Button
                    aria-label={t('editor.versions.showOf', { version: version.version })}
                    onClick={() => onShow(newest ? undefined : version.version)}
                    size="compact-sm"
                    variant="default"
                  >
                    {t('editor.versions.show')}
                  </Button>
                )}
                {newest ? null : (
                  <Button
                    aria-label={t('editor.versions.restoreOf', { version: version.version })}
                    leftSection={<Icon name="history" size={15} />}
                    loading={restore.isPending && restore.variables === version.version}
                    onClick={() => restore.mutate(version.version)}
                    size="compact-sm"
                    variant="default"
                  >
                    {t('editor.versions.restore')}
                  </Button>
                )}
              </div>
              {version.note ? <p className={classes.note}>{version.note}</p> : null}
              <ChangeList version={version} />
            </li>
          )
        })}
      </ol>
      {found.hasNextPage ? (
        <Button fullWidth loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()} variant="default">
          {t('editor.versions.more')}
        </Button>
      ) : null}
    </>
  )
}
