import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { type Drawing, measure } from '@/shared/geo/drawing'
import { length } from '@/shared/geo/geodesy'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './coordinates.module.css'
import type { Drafting, DrawingTool } from './use-drawing'

const tools: DrawingTool[] = ['polygon', 'rectangle', 'circle', 'line']

type Props = {
  drafting: Drafting
  drawing: Drawing | null
  onDrawing: (drawing: Drawing | undefined) => void
  /** What else is said of an enclosed part of the map. */
  selected?: ReactNode
}

/** Choosing what to draw, drawing it with buttons, and what it measures. */
export function DrawPanel({ drafting, drawing, onDrawing, selected }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { tool, points } = drafting
  return (
    <section aria-label={t('map.draw.title')} className={classes.panel}>
      {tool ? (
        <>
          <p className={classes.hint}>{t(`map.draw.how.${tool}`)}</p>
          <p aria-live="polite" className={`tc-number ${classes.hint}`}>
            {t('map.draw.points', { count: points.length })}
            {tool === 'line' && points.length > 1 ? ` · ${format.metres(length(points))}` : ''}
          </p>
          <div className={classes.buttons}>
            <Button onClick={drafting.addCentre} size="compact-xs" variant="default">
              {t('map.draw.addCentre')}
            </Button>
            <Button disabled={points.length === 0} onClick={drafting.undo} size="compact-xs" variant="default">
              {t('map.draw.undo')}
            </Button>
            {tool === 'polygon' || tool === 'line' ? (
              <Button disabled={points.length < (tool === 'line' ? 2 : 3)} onClick={drafting.finish} size="compact-xs">
                {t('map.draw.finish')}
              </Button>
            ) : null}
            <Button onClick={drafting.cancel} size="compact-xs" variant="default">
              {t('map.draw.cancel')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <div aria-label={t('map.draw.tools')} className={classes.buttons} role="group">
            {tools.map((one) => (
              <Button key={one} onClick={() => drafting.begin(one)} size="compact-xs" variant="default">
                {t(`map.draw.${one}`)}
              </Button>
            ))}
          </div>
          {drawing ? (
            <>
              <Figures drawing={drawing} />
              {drawing.kind === 'line' ? null : selected}
              <div className={classes.buttons}>
                <Button leftSection={<Icon name="x" size={13} />} onClick={() => onDrawing(undefined)} size="compact-xs" variant="default">
                  {t('map.draw.clear')}
                </Button>
              </div>
            </>
          ) : null}
        </>
      )}
    </section>
  )
}

function Figures({ drawing }: { drawing: Drawing }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { length: metres, surface, radius } = measure(drawing)
  return (
    <dl aria-live="polite" className={`tc-number ${classes.place}`}>
      {surface === null ? null : (
        <>
          <dt>{t('map.draw.surface')}</dt>
          <dd>{format.squareMetres(surface)}</dd>
        </>
      )}
      {radius === null ? null : (
        <>
          <dt>{t('map.draw.radius')}</dt>
          <dd>{format.metres(radius)}</dd>
        </>
      )}
      <dt>{surface === null ? t('map.draw.length') : t('map.draw.perimeter')}</dt>
      <dd>{format.metres(metres)}</dd>
    </dl>
  )
}
