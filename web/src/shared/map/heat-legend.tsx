import { useTranslation } from 'react-i18next'

import { useColours } from '@/shared/theme/colours'

import { heatColours, heatStops } from './heat-layers'
import classes from './layer-panel.module.css'

/** From few points to many; it says nothing about their values. */
export function HeatLegend() {
  const { t } = useTranslation()
  const shades = heatColours(useColours())
  const ramp = heatStops.map((stop, place) => `${shades[place] ?? 'transparent'} ${stop * 100}%`).join(', ')
  return (
    <div className={classes.heat}>
      <div className={classes.ends}>
        <span>{t('map.heat.few')}</span>
        <span aria-hidden="true" className={classes.ramp} style={{ background: `linear-gradient(to right, ${ramp})` }} />
        <span>{t('map.heat.many')}</span>
      </div>
      <p className={classes.note}>{t('map.heat.note')}</p>
    </div>
  )
}
