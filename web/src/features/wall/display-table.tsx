import { Anchor, Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Wall, WallDisplay } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { StateMark } from '@/shared/ui/state-mark'
import { useNow } from '@/shared/ui/use-now'

import { useBoardTitle } from './use-board-title'
import classes from './walls.module.css'

type Props = { displays: WallDisplay[]; walls: Wall[]; onEdit?: (name: string) => void }

const megabyte = 1 << 20

/** Every display: whether it lives, what it shows, on what screen. Silent ones come first. */
export function DisplayTable({ displays, walls, onEdit }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow()
  const board = useBoardTitle()
  const order = ['bad', 'watch', 'unknown', 'good']
  const sorted = displays.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name))
  return (
    <div className={classes.panel}>
      <DataTable
        columns={[
          { key: 'name', title: t('wall.displayName') },
          { key: 'state', title: t('wall.heartbeat') },
          { key: 'wall', title: t('wall.plays') },
          { key: 'screen', title: t('wall.screen') },
          { key: 'actions', title: <span className="tc-hidden">{t('wall.actions')}</span> },
        ]}
        label={t('wall.displays')}
        rowKey={({ name }) => name}
        renderRow={({ name, title, place, wall, state, seen, report, linked }) => [
          <div key="name">
            <b>{title}</b> <code className={classes.dim}>{name}</code>
            {place ? <div className={classes.dim}>{place}</div> : null}
          </div>,
          <div className={classes.beat} data-state={state} key="state">
            <StateMark state={state} word={t(`wall.beat.${state}`)} />
            <div className={classes.dim}>
              {seen ? format.ago(seen, now) : t(linked ? 'wall.linkedNotSeen' : 'wall.notLinked')}
            </div>
            {seen && !linked ? <div className={classes.dim}>{t('wall.notLinked')}</div> : null}
          </div>,
          <div key="wall">
            {format.text(walls.find(({ id }) => id === wall)?.title) || wall || t('wall.nothing')}
            {report?.board ? <div className={classes.dim}>{board(report.board)}</div> : null}
            {report?.alarm ? <div className={classes.dim}>{t('wall.showsAlarm')}</div> : null}
          </div>,
          <div className={classes.dim} key="screen">
            {report ? `${report.width} × ${report.height}` : '–'}
            {report?.heap ? <div>{t('wall.heap', { size: format.number(report.heap / megabyte, 0) })}</div> : null}
            {report ? <div>{t('wall.running', { span: format.span(Math.max(1, (now - Date.parse(report.since)) / 1000)) })}</div> : null}
          </div>,
          <div className={classes.buttons} key="actions">
            <Anchor href={`/wall/${name}`} inherit target="_blank" underline="always">
              {t('wall.look')}
            </Anchor>
            {onEdit ? (
              <Button aria-label={t('wall.editOf', { name: title })} onClick={() => onEdit(name)} size="compact-sm" variant="default">
                {t('wall.edit')}
              </Button>
            ) : null}
          </div>,
        ]}
        rows={sorted}
      />
    </div>
  )
}
