import { Button, Group, Stack } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Dialog } from '@/shared/ui/overlay'

import classes from './entry.module.css'
import type { Draft } from './use-draft'

/** Asked before figures that are not saved are left behind. */
export function LeaveQuestion({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const [saving, setSaving] = useState(false)
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => draft.dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => draft.dirty,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  const save = async () => {
    setSaving(true)
    const done = await draft.flush()
    setSaving(false)
    if (done) blocker.proceed()
    else blocker.reset()
  }
  return (
    <Dialog onClose={blocker.reset} opened title={t('entry.leave.title')}>
      <Stack>
        <p className={classes.plain}>{t('entry.leave.text')}</p>
        <Group gap="xs" justify="flex-end">
          <Button onClick={blocker.proceed} variant="subtle">
            {t('entry.leave.later')}
          </Button>
          <Button onClick={blocker.reset} variant="default">
            {t('entry.leave.stay')}
          </Button>
          {draft.newer === null ? (
            <Button data-autofocus loading={saving} onClick={() => void save()}>
              {t('entry.leave.save')}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Dialog>
  )
}
