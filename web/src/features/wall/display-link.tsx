import { Button, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { call } from '@/shared/api/client'
import type { WallDisplay } from '@/shared/api/types'
import { CopyButton } from '@/shared/ui/copy-button'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './walls.module.css'

type Made = { token: string; path: string }

/** The link by which a machine becomes a display: shown once, and worthless as soon as it is taken back. */
export function DisplayLink({ display }: { display: WallDisplay }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [role, setRole] = useState<string | null>('display')
  const path = `/displays/${display.name}/link`
  const refresh = () => client.invalidateQueries({ queryKey: ['walls'] })
  const link = useMutation({
    mutationFn: () => call<Made>(path, { method: 'POST', body: { grants: [{ role }] } }),
    onSuccess: refresh,
  })
  const unlink = useMutation({
    mutationFn: () => call<undefined>(path, { method: 'DELETE' }),
    onSuccess: () => {
      link.reset()
      return refresh()
    },
  })
  const address = link.data ? `${location.origin}${link.data.path}` : null
  return (
    <section aria-label={t('wall.link')} className={classes.link}>
      <h3 className={classes.subtitle}>{t('wall.link')}</h3>
      <p className={classes.dim}>{t(display.linked ? 'wall.linkedHint' : 'wall.linkHint')}</p>
      {address ? (
        <>
          <TextInput label={t('wall.linkOnce')} onFocus={({ currentTarget }) => currentTarget.select()} readOnly value={address} />
          <CopyButton label={t('wall.copyLink')} value={address} />
        </>
      ) : (
        <Select
          allowDeselect={false}
          data={[
            { value: 'display', label: t('wall.sees.display') },
            { value: 'viewer', label: t('wall.sees.viewer') },
          ]}
          label={t('wall.seesWhat')}
          onChange={setRole}
          value={role}
        />
      )}
      {link.isError ? <ErrorNotice error={link.error} /> : null}
      {unlink.isError ? <ErrorNotice error={unlink.error} /> : null}
      <div className={classes.buttons}>
        {address ? null : (
          <Button loading={link.isPending} onClick={() => link.mutate()} variant="default">
            {t(display.linked ? 'wall.linkAgain' : 'wall.makeLink')}
          </Button>
        )}
        {display.linked ? (
          <Button loading={unlink.isPending} onClick={() => unlink.mutate()} variant="subtle">
            {t('wall.unlink')}
          </Button>
        ) : null}
      </div>
    </section>
  )
}
