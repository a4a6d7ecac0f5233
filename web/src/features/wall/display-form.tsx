import { Button, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import type { Wall, WallDisplay } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'

import { DisplayLink } from './display-link'
import { slug } from './slug'
import classes from './walls.module.css'

type Props = { display: WallDisplay | undefined; walls: Wall[]; onDone: () => void; onMade: (name: string) => void }

/** Making a display, or changing what one plays. */
export function DisplayForm({ display, walls, onDone, onMade }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const [title, setTitle] = useState(display?.title ?? '')
  const [typed, setName] = useState<string | null>(null)
  const [place, setPlace] = useState(display?.place ?? '')
  const [wall, setWall] = useState(display ? display.wall : (walls[0]?.id ?? null))
  const [sure, setSure] = useState(false)
  const name = typed ?? slug(title)
  const refresh = () => client.invalidateQueries({ queryKey: ['walls'] })
  const save = useMutation({
    mutationFn: () => {
      const body = { title: title.trim(), place: place.trim() || null, wall }
      return display
        ? call<WallDisplay>(`/displays/${display.name}`, { method: 'PUT', body })
        : call<WallDisplay>('/displays', { method: 'POST', body: { name, ...body } })
    },
    onSuccess: async (saved) => {
      await refresh()
      if (display) onDone()
      else onMade(saved.name)
    },
  })
  const remove = useMutation({
    mutationFn: () => call<undefined>(`/displays/${display?.name}`, { method: 'DELETE' }),
    onSuccess: async () => {
      await refresh()
      onDone()
    },
  })
  return (
    <div className={classes.form}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <TextInput label={t('wall.displayTitle')} maxLength={200} onChange={({ currentTarget }) => setTitle(currentTarget.value)} required value={title} />
        {display ? null : (
          <TextInput
            description={t('wall.nameHint', { address: `/wall/${name || '…'}` })}
            label={t('wall.name')}
            maxLength={63}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            pattern="[a-z0-9][a-z0-9\-]*"
            required
            value={name}
          />
        )}
        <TextInput label={t('wall.place')} maxLength={200} onChange={({ currentTarget }) => setPlace(currentTarget.value)} value={place} />
        <Select
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={walls.map(({ id, title: said }) => ({ value: id, label: format.text(said) }))}
          label={t('wall.plays')}
          onChange={setWall}
          placeholder={t('wall.nothing')}
          value={wall}
        />
        {save.isError ? <ErrorNotice error={save.error} /> : null}
        <div className={classes.buttons}>
          <Button loading={save.isPending} type="submit">
            {t(display ? 'wall.save' : 'wall.make')}
          </Button>
          <Button onClick={onDone} variant="subtle">
            {t('wall.cancel')}
          </Button>
        </div>
      </form>
      {display ? (
        <>
          <DisplayLink display={display} />
          {remove.isError ? <ErrorNotice error={remove.error} /> : null}
          <div className={classes.buttons}>
            <Button
              leftSection={<Icon name="trash" size={16} />}
              loading={remove.isPending}
              onClick={() => (sure ? remove.mutate() : setSure(true))}
              variant="default"
            >
              {t(sure ? 'wall.removeSure' : 'wall.removeDisplay')}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  )
}
