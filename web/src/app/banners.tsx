import { Button, Progress } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { useLostSince } from '@/shared/api/live'
import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { useNow } from '@/shared/ui/use-now'

import classes from './shell.module.css'

/** Long work of the server that is not done yet. */
function underWay(progress: Record<string, number> | undefined): [string, number][] {
  return Object.entries(progress ?? {}).filter(([, share]) => share < 1)
}

/** Alarms of the platform, long work under way, and the loss of the event stream. */
export function Banners() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: city } = useQuery({
    ...ask.city(),
    refetchInterval: ({ state }) => (underWay(state.data?.progress).length > 0 ? 3000 : 60_000),
  })
  return (
    <>
      {(city?.alarms ?? []).map((alarm) => (
        <div className={`${classes.banner} ${classes.alarm}`} key={alarm.en} role="alert">
          <Icon name="alert-triangle" /> {t('shell.alarm')} {format.text(alarm)}
        </div>
      ))}
      {underWay(city?.progress).map(([work, share]) => (
        <div className={classes.banner} key={work} role="status">
          <Icon name="hourglass" />
          {t(work === 'demo' ? 'shell.progressDemo' : 'shell.progress', { share: format.percent(share) })}
          <Progress aria-label={t('shell.progressLabel')} className={classes.progress} value={share * 100} />
        </div>
      ))}
      <LostBanner />
    </>
  )
}

function LostBanner() {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const since = useLostSince()
  const now = useNow()
  if (since === null) return null
  return (
    <div className={`${classes.banner} ${classes.lost}`} role="alert">
      <Icon name="plug-connected-x" />
      {t('shell.lost', { at: format.nearMoment(since), ago: format.ago(since, now) })}
      <Button onClick={() => void client.invalidateQueries()} size="compact-sm" variant="default">
        {t('common.retry')}
      </Button>
    </div>
  )
}
