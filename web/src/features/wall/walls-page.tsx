import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { may } from '@/shared/api/may'
import { ask } from '@/shared/api/queries'
import type { Wall } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { EmptyNotice, ErrorNotice } from '@/shared/ui/notices'
import { Dialog, SidePanel } from '@/shared/ui/overlay'

import { DisplayForm } from './display-form'
import { DisplayTable } from './display-table'
import { useBoardTitle } from './use-board-title'
import { useShown } from './use-playing'
import { WallForm } from './wall-form'
import classes from './walls.module.css'
import { made, type WallsSearch } from './walls-search'

type Props = { search: WallsSearch; onSearch: (search: WallsSearch) => void }

const none: never[] = []

/** Walls and their displays: what each plays, whether each lives, and who may changes them. */
export function WallsPage({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const { data: session } = useQuery(ask.session())
  const walls = useQuery(ask.walls())
  const displays = useQuery(ask.displays())
  const designs = may(session, 'design')
  const administers = may(session, 'administer')
  const close = () => onSearch({})
  const edited = walls.data?.find(({ id }) => id === search.wall)
  const changed = displays.data?.find(({ name }) => name === search.display)
  const error = walls.error ?? displays.error
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          <h1 className={classes.title}>{t('wall.walls')}</h1>
          <p className={classes.dim}>{t('wall.wallsHint')}</p>
        </div>
        {designs ? (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ wall: made })} variant="default">
            {t('wall.addWall')}
          </Button>
        ) : null}
      </header>
      {error && !(walls.data && displays.data) ? (
        <ErrorNotice
          error={error}
          onRetry={() => {
            void walls.refetch()
            void displays.refetch()
          }}
        />
      ) : null}
      {walls.isPending && !error ? <Skeleton height={160} /> : null}
      {walls.data?.length === 0 ? <EmptyNotice hint={t('wall.noWallsHint')} title={t('wall.noWalls')} /> : null}
      <div className={classes.cards}>
        {(walls.data ?? none).map((wall) => (
          <WallCard designs={designs} key={wall.id} onEdit={() => onSearch({ wall: wall.id })} wall={wall} />
        ))}
      </div>
      <header className={classes.head}>
        <h2 className={classes.subtitle}>{t('wall.displays')}</h2>
        {administers ? (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ display: made })} variant="default">
            {t('wall.addDisplay')}
          </Button>
        ) : null}
      </header>
      {displays.data?.length === 0 ? <EmptyNotice hint={t('wall.noDisplaysHint')} title={t('wall.noDisplays')} /> : null}
      {displays.data && displays.data.length > 0 ? (
        <DisplayTable
          displays={displays.data}
          onEdit={administers ? (name) => onSearch({ display: name }) : undefined}
          walls={walls.data ?? none}
        />
      ) : null}
      <SidePanel
        onClose={close}
        opened={designs && (search.wall === made || edited !== undefined)}
        size={620}
        title={t(edited ? 'wall.editWall' : 'wall.addWall')}
      >
        <WallForm key={search.wall} onDone={close} wall={edited} />
      </SidePanel>
      <Dialog
        onClose={close}
        opened={administers && (search.display === made || changed !== undefined)}
        title={t(changed ? 'wall.editDisplay' : 'wall.addDisplay')}
      >
        <DisplayForm display={changed} key={search.display} onDone={close} onMade={(name) => onSearch({ display: name })} walls={walls.data ?? none} />
      </Dialog>
    </div>
  )
}

function WallCard({ wall, designs, onEdit }: { wall: Wall; designs: boolean; onEdit: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const shown = useShown(wall, none)
  const title = useBoardTitle()
  const seconds = wall.items.reduce((sum, { dwell }) => sum + dwell, 0)
  return (
    <article className={classes.card}>
      <h2 className={classes.subtitle}>{format.text(wall.title)}</h2>
      <p className={classes.dim}>
        <code>{wall.id}</code> · {t('wall.boards', { count: wall.items.length })} · {t('wall.round', { span: format.span(seconds) })}
      </p>
      <p className={classes.now}>
        <Icon name={shown.why === 'held' ? 'player-pause' : 'player-play'} size={15} /> {t(`wall.why.${shown.why}`)}:{' '}
        <b>{title(shown.board)}</b>
      </p>
      <div className={classes.buttons}>
        {designs ? (
          <>
            <Button
              leftSection={<Icon name="adjustments" size={16} />}
              renderRoot={(props) => <Link {...props} params={{ id: wall.id }} to="/walls/$id/remote" />}
              variant="default"
            >
              {t('wall.remote')}
            </Button>
            <Button leftSection={<Icon name="pencil" size={16} />} onClick={onEdit} variant="subtle">
              {t('wall.edit')}
            </Button>
          </>
        ) : null}
      </div>
    </article>
  )
}
