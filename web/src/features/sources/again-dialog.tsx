import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { MomentField } from '@/shared/ui/moment-field'
import { Dialog } from '@/shared/ui/overlay'

import classes from './sources.module.css'
import type { Acting } from './use-acting'

const day = 86_400_000

/** Which range of time is to be fetched again. */
export function AgainDialog({ opened, acting, onClose }: { opened: boolean; acting: Acting; onClose: () => void }) {
  const { t } = useTranslation()
  const [from, setFrom] = useState<string | null>(() => new Date(Date.now() - day).toISOString())
  const [to, setTo] = useState<string | null>(() => new Date().toISOString())
  const ordered = from !== null && to !== null && Date.parse(from) < Date.parse(to)
  return (
    <Dialog onClose={onClose} opened={opened} title={t('source.again.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ordered) acting.mutate({ do: 'again', from, to }, { onSettled: onClose })
        }}
      >
        <Stack gap="sm">
          <p className={classes.dim}>{t('source.again.hint')}</p>
          <MomentField label={t('source.again.from')} onChange={setFrom} value={from} />
          <MomentField label={t('source.again.to')} onChange={setTo} value={to} />
          <Group gap="xs" justify="flex-end">
            <Button onClick={onClose} variant="default">
              {t('source.actions.cancel')}
            </Button>
            <Button disabled={!ordered} loading={acting.isPending} type="submit">
              {t('source.again.go')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
