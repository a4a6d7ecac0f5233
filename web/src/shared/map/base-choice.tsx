import { Button, Loader, Radio } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Basemap } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import { type Base, readBase } from './basemap'
import classes from './layer-panel.module.css'
import type { TileState } from './use-tile-states'

type Props = {
  basemap: Basemap
  base: Base
  onBase: (base: Base) => void
  /** How the squares of the city's background fare. */
  tiles: TileState | undefined
  onRetry: () => void
}

/** Which background lies under the layers: the platform's own, or the city's. */
export function BaseChoice({ basemap, base, onBase, tiles, onRetry }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const drawn = base === 'city'
  return (
    <div className={classes.base}>
      <Radio.Group label={t('map.base.title')} onChange={(value) => onBase(readBase(value) ?? 'own')} size="xs" value={base}>
        <Radio label={t('map.base.own')} size="xs" value="own" />
        <div className={classes.row}>
          <Radio label={format.text(basemap.title)} size="xs" value="city" />
          {drawn && tiles === 'loading' ? <Loader aria-label={t('map.base.loading')} color="gray" role="img" size={12} /> : null}
        </div>
      </Radio.Group>
      {drawn && tiles === 'failed' ? (
        <div className={classes.failed} role="alert">
          <span>
            <Icon name="alert-circle" size={14} /> {t('map.base.failed')}
          </span>
          <Button onClick={onRetry} size="compact-xs" variant="default">
            {t('common.retry')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
