import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Layer } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './time-panel.module.css'
import type { Tracked } from './use-tracks'

/** What has to be said of tracks: that they failed, that there are none, or that they are not whole. */
export function TracksNotice({ tracked, layers }: { tracked: Tracked; layers: Layer[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (tracked.error) {
    return (
      <div className={classes.failed} role="alert">
        <span>
          <Icon name="alert-circle" size={14} /> {t('map.time.failed')}
        </span>
        <Button onClick={tracked.retry} size="compact-xs" variant="default">
          {t('common.retry')}
        </Button>
      </div>
    )
  }
  return tracked.sets.map(({ layer, set }) => {
    const name = format.text(layers.find(({ id }) => id === layer)?.title)
    return (
      <p className={classes.note} key={layer}>
        {set.items.length === 0
          ? t('map.time.none', { name })
          : t('map.time.count', { name, count: set.items.length, metres: format.metres(set.within_m) })}
        {set.whole ? '' : ` ${t('map.time.partial')}`}
      </p>
    )
  })
}
