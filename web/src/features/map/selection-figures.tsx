import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Indicator, Layer, Query } from '@/shared/api/types'
import { bandOf, wordOf } from '@/shared/chart/bands'
import { useFormat } from '@/shared/format/use-format'
import { type Drawing, ringOf, withinText } from '@/shared/geo/drawing'
import type { LonLat } from '@/shared/geo/geodesy'
import { PassportOf } from '@/shared/passport/passport-of'
import { FigureQuery, usePassport } from '@/shared/passport/use-passport'
import { Figure } from '@/shared/ui/figure'
import { DatasetLink } from '@/shared/ui/links'
import { splitName } from '@/shared/ui/names'
import { StateMark } from '@/shared/ui/state-mark'
import { TrustChip } from '@/shared/ui/trust-chip'
import { AnswerView } from '@/shared/widgets/answer-view'

import classes from './map-page.module.css'

type Props = { layers: readonly Layer[]; shape: Drawing }

/** What the shown layers say inside the drawn part of the map: the newest value of their indicator there, and the records. */
export function SelectionFigures({ layers, shape }: Props) {
  const { data: indicators = [] } = useQuery(ask.indicators())
  const ring = ringOf(shape)
  if (!ring) return null
  const seen = layers.flatMap((layer) => {
    const indicator = indicators.find(({ id }) => id === layer.indicator)
    return layer.kind === 'points' && indicator?.positioned ? [{ layer, indicator }] : []
  })
  if (seen.length === 0) return null
  return (
    <ul className={classes.figures}>
      {seen.map(({ layer, indicator }) => (
        <Inside indicator={indicator} key={layer.id} layer={layer} ring={ring} shape={shape} />
      ))}
    </ul>
  )
}

type InsideProps = { layer: Layer; indicator: Indicator; ring: LonLat[]; shape: Drawing }

function Inside({ layer, indicator, ring, shape }: InsideProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const query: Query = {
    indicators: [indicator.id], time: { last: '24h' }, grain: indicator.per, where: { place: { within: ring } },
  }
  const { data: answer } = useQuery(ask.answer(query, [indicator.dataset]))
  const { data: boards = [] } = useQuery(ask.boards())
  const view = answer ? new AnswerView(answer) : null
  const row = view?.newest() ?? null
  const value = view?.values[0] && row ? view.number(row, view.values[0].name) : null
  const board = boards.find(({ pack }) => pack === indicator.pack)
  const passport = answer?.provenance.indicators[0]
  return (
    <li>
      <strong>{format.text(layer.title)}</strong>
      <div className={classes.figure}>
        {answer ? (
          <FigureQuery value={query}>
            <PassportOf indicator={indicator.id}>
              <Figure decimals={indicator.decimals} size="card" unit={indicator.unit} value={value} word={wordOf(value, indicator)} />
            </PassportOf>
          </FigureQuery>
        ) : null}
        {value !== null && indicator.bands.length > 0 ? <StateMark state={bandOf(value, indicator.bands)?.state ?? 'unknown'} /> : null}
        {passport ? (
          <TrustChip onOpen={() => openPassport({ indicator: indicator.id, query })} quality={passport.quality} />
        ) : null}
      </div>
      <span className={classes.period}>
        {format.text(indicator.title)}
        {view && row && value !== null ? ` · ${format.step(view.time(row), indicator.per)}` : ''}
      </span>
      <div className={classes.links}>
        <DatasetLink id={indicator.dataset} search={{ tab: 'records', f: { 'place.within': withinText(ring) } }}>
          {t('map.draw.records')}
        </DatasetLink>
        {board ? (
          <Anchor
            inherit
            renderRoot={(props) => <Link {...props} params={splitName(board.id)} search={{ shape }} to="/boards/$pack/$name" />}
            underline="always"
          >
            {t('map.draw.toBoard')}
          </Anchor>
        ) : null}
      </div>
    </li>
  )
}
