import { Button, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call, Problem } from '@/shared/api/client'
import type { Wall } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'

import { AlarmFields } from './alarm-fields'
import { PlaylistFields } from './playlist-fields'
import { slug } from './slug'
import { bodyOf, draftOf } from './wall-draft'
import classes from './walls.module.css'

type Props = { wall: Wall | undefined; onDone: () => void }

/** Making a wall, or changing its playlist. */
export function WallForm({ wall, onDone }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(wall))
  const [version, setVersion] = useState(wall?.version ?? null)
  const [sure, setSure] = useState(false)
  const done = async () => {
    await client.invalidateQueries({ queryKey: ['walls'] })
    onDone()
  }
  const save = useMutation({
    mutationFn: () =>
      wall
        ? call<Wall>(`/walls/${wall.id}`, { method: 'PUT', body: bodyOf(draft, version) })
        : call<Wall>('/walls', { method: 'POST', body: bodyOf(draft, null) }),
    onSuccess: done,
  })
  const remove = useMutation({
    mutationFn: () => call<undefined>(`/walls/${wall?.id}`, { method: 'DELETE' }),
    onSuccess: done,
  })
  const older = wall !== undefined && version !== null && wall.version !== version
  const conflict = save.error instanceof Problem && save.error.code === 'conflict'
  const reload = () => {
    setDraft(draftOf(wall))
    setVersion(wall?.version ?? null)
    save.reset()
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <TextInput
        label={t('wall.titleVi')}
        maxLength={200}
        onChange={({ currentTarget }) => setDraft({ ...draft, vi: currentTarget.value })}
        required
        value={draft.vi}
      />
      <TextInput
        label={t('wall.titleEn')}
        maxLength={200}
        onChange={({ currentTarget }) => setDraft({ ...draft, en: currentTarget.value })}
        value={draft.en}
      />
      {wall ? null : (
        <TextInput
          label={t('wall.name')}
          maxLength={63}
          onChange={({ currentTarget }) => setDraft({ ...draft, id: currentTarget.value })}
          pattern="[a-z0-9][a-z0-9\-]*"
          required
          value={draft.id ?? slug(draft.vi)}
        />
      )}
      <Select
        allowDeselect={false}
        data={[
          { value: 'dark', label: t('wall.themes.dark') },
          { value: 'light', label: t('wall.themes.light') },
        ]}
        label={t('wall.theme')}
        onChange={(theme) => setDraft({ ...draft, theme: theme ?? 'dark' })}
        value={draft.theme}
      />
      <PlaylistFields draft={draft} onChange={setDraft} />
      <AlarmFields alarm={draft.alarm} onChange={(alarm) => setDraft({ ...draft, alarm })} />
      {older && !conflict ? <p role="status">{t('wall.older')}</p> : null}
      {save.isError ? <ErrorNotice error={save.error} onRetry={conflict || older ? reload : undefined} /> : null}
      {remove.isError ? <ErrorNotice error={remove.error} /> : null}
      <div className={classes.buttons}>
        <Button disabled={draft.items.length === 0} loading={save.isPending} type="submit">
          {t(wall ? 'wall.save' : 'wall.make')}
        </Button>
        <Button onClick={onDone} variant="subtle">
          {t('wall.cancel')}
        </Button>
        {wall ? (
          <Button
            className={classes.end}
            leftSection={<Icon name="trash" size={16} />}
            loading={remove.isPending}
            onClick={() => (sure ? remove.mutate() : setSure(true))}
            variant="default"
          >
            {t(sure ? 'wall.removeSure' : 'wall.removeWall')}
          </Button>
        ) : null}
      </div>
    </form>
  )
}
