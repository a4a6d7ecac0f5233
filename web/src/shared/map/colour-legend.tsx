import { useTranslation } from 'react-i18next'

import type { Area, Indicator } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { useColours } from '@/shared/theme/colours'
import { StateMark } from '@/shared/ui/state-mark'

import { classPaint } from './colour-layers'
import type { ColourClass, Colouring } from './colouring'
import classes from './layer-panel.module.css'

type Props = { colouring: Colouring; indicator: Indicator; areas: readonly Area[] }

/** What each colour of the areas means, in the indicator's unit, and how many areas have it. */
export function ColourLegend({ colouring, indicator, areas }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const colours = useColours()
  const said = indicator.figure === 'band'
  const unit = indicator.unit === '1' || said ? '' : indicator.unit
  const number = (value: number) => format.number(value, indicator.decimals)
  const range = ({ from, below }: ColourClass): string => {
    if (!colouring.banded) return from === below ? number(from ?? 0) : `${number(from ?? 0)} – ${number(below ?? 0)}`
    if (from !== null && below !== null) return t('map.between', { low: format.number(from), high: format.number(below) })
    if (from !== null) return t('map.atLeast', { low: format.number(from) })
    return below === null ? '' : t('map.below', { high: format.number(below) })
  }
  const missing = areas.filter(({ code }) => !colouring.values.has(code)).length
  return (
    <>
      <p className={classes.note}>
        {[unit ? t('map.colour.unit', { unit }) : '', colouring.banded ? '' : t('map.colour.fifths')].filter(Boolean).join(' ')}
      </p>
      <ul aria-label={t('map.colour.legend')} className={`${classes.legend} ${classes.wide}`}>
        {colouring.classes.map((one) => {
          const { colour, opacity } = classPaint(one, colours)
          return (
            <li className={classes.entry} key={one.key}>
              <span className={classes.swatched}>
                <span
                  aria-hidden="true"
                  className={classes.swatch}
                  style={{ background: `color-mix(in srgb, ${colour} ${opacity * 100}%, var(--tc-home))` }}
                />
                {one.state ? (
                  <StateMark
                    size={10}
                    state={one.state}
                    word={one.names.map(({ title }) => format.text(title)).filter(Boolean).join(', ') || undefined}
                  />
                ) : (
                  <span className="tc-number">{range(one)}</span>
                )}
              </span>
              <span className={`tc-number ${classes.range}`}>
                {one.state && !said ? `${range(one)} · ` : ''}
                {t('map.colour.areas', { count: one.codes.length })}
              </span>
            </li>
          )
        })}
        {missing > 0 ? (
          <li className={classes.entry}>
            <span className={classes.swatched}>
              <span aria-hidden="true" className={`${classes.swatch} ${classes.hatched}`} />
              {t('map.colour.noData')}
            </span>
            <span className={`tc-number ${classes.range}`}>{t('map.colour.areas', { count: missing })}</span>
          </li>
        ) : null}
      </ul>
      {colouring.values.size === 0 ? <p className={classes.note} role="status">{t('map.colour.nothing')}</p> : null}
    </>
  )
}
