import { ActionIcon, NumberInput, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { parseDuration } from '@/shared/format/duration'
import { useFormat } from '@/shared/format/use-format'
import { AreaPicker } from '@/shared/ui/area-picker'
import { Icon } from '@/shared/ui/icon'

import { useBoardTitle } from './use-board-title'
import { added, changed, type Draft, type DraftItem, moved, without } from './wall-draft'
import classes from './walls.module.css'

type Props = { draft: Draft; onChange: (draft: Draft) => void }

const periods = ['24h', '3d', '7d', '30d', '90d', '365d']

/** The boards of a wall: which, in what order, for how long, over which period. */
export function PlaylistFields({ draft, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: boards = [] } = useQuery(ask.boards())
  return (
    <fieldset className={classes.group}>
      <legend>{t('wall.playlist')}</legend>
      {draft.items.length === 0 ? <p className={classes.dim}>{t('wall.playlistEmpty')}</p> : null}
      <ol className={classes.items}>
        {draft.items.map((item, place) => (
          <Item draft={draft} item={item} key={item.key} onChange={onChange} place={place} />
        ))}
      </ol>
      <Select
        data={boards.map(({ id, title }) => ({ value: id, label: `${format.text(title)} (${id})` }))}
        label={t('wall.addBoard')}
        onChange={(board) => {
          if (board) onChange(added(draft, board))
        }}
        placeholder={t('wall.chooseBoard')}
        searchable
        value={null}
      />
    </fieldset>
  )
}

type ItemProps = Props & { item: DraftItem; place: number }

function Item({ draft, item, place, onChange }: ItemProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const title = useBoardTitle()(item.board)
  const last = draft.items.length - 1
  return (
    <li className={classes.item}>
      <div className={classes.itemHead}>
        <b>
          {place + 1}. {title}
        </b>
        <ActionIcon aria-label={t('wall.up', { title })} disabled={place === 0} onClick={() => onChange(moved(draft, place, place - 1))}>
          <Icon name="chevron-up" />
        </ActionIcon>
        <ActionIcon aria-label={t('wall.down', { title })} disabled={place === last} onClick={() => onChange(moved(draft, place, place + 1))}>
          <Icon name="chevron-down" />
        </ActionIcon>
        <ActionIcon aria-label={t('wall.without', { title })} onClick={() => onChange(without(draft, item.key))}>
          <Icon name="trash" />
        </ActionIcon>
      </div>
      <div className={classes.itemFields}>
        <NumberInput
          allowDecimal={false}
          label={t('wall.dwell')}
          max={86_400}
          min={5}
          onChange={(dwell) => {
            if (typeof dwell === 'number') onChange(changed(draft, item.key, { dwell }))
          }}
          value={item.dwell}
        />
        <Select
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={periods.map((value) => ({
            value,
            label: t('common.last', { span: format.span(parseDuration(value) ?? 0) }),
          }))}
          label={t('wall.period')}
          onChange={(period) => onChange(changed(draft, item.key, { last: period }))}
          placeholder={t('wall.ownPeriod')}
          value={item.last}
        />
        <div>
          <span aria-hidden="true" className={classes.label}>
            {t('wall.area')}
          </span>
          <AreaPicker onChange={(area) => onChange(changed(draft, item.key, { area: area ?? null }))} value={item.area ?? undefined} />
        </div>
      </div>
    </li>
  )
}
