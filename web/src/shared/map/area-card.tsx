import { Anchor, Button, CloseButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { bandOf, wordOf } from '@/shared/chart/bands'
import { parseDuration } from '@/shared/format/duration'
import { useFormat } from '@/shared/format/use-format'
import { PassportOf } from '@/shared/passport/passport-of'
import { FigureQuery, usePassport } from '@/shared/passport/use-passport'
import { Figure } from '@/shared/ui/figure'
import { DatasetLink } from '@/shared/ui/links'
import { splitName } from '@/shared/ui/names'
import { StateMark } from '@/shared/ui/state-mark'
import { TrustChip } from '@/shared/ui/trust-chip'

import classes from './picked-card.module.css'
import type { Coloured } from './use-colouring'

type Props = { code: string; coloured: Coloured; onClose: () => void }

/** The chosen area's value of the indicator that colours the map, how good it is, and the ways further down. */
export function AreaCard({ code, coloured, onClose }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const { data: area } = useQuery(ask.area(code))
  const { data: boards = [] } = useQuery(ask.boards())
  const { indicator, colouring, answer, query } = coloured
  if (!indicator || !colouring) return null
  const name = area ? (format.language === 'en' && area.name_en ? area.name_en : area.full_name) : code
  const value = colouring.values.get(code) ?? null
  const band = bandOf(value, indicator.bands)
  const word = wordOf(value, indicator)
  const passport = answer?.provenance.indicators[0]
  const here = { ...query, by: [], where: { ...query.where, area: code } }
  const board = boards.find(({ pack }) => pack === indicator.pack)
  const open = () => openPassport({ indicator: indicator.id, query: here })
  return (
    <section aria-label={name} aria-live="polite" className={classes.card}>
      <div className={classes.head}>
        <strong>{name}</strong>
        <CloseButton aria-label={t('common.close')} onClick={onClose} size="sm" />
      </div>
      <span className={classes.layer}>
        {format.text(indicator.title)}, {t('common.last', { span: format.span(parseDuration(coloured.colour.last) ?? 0) })}
      </span>
      <div className={classes.row}>
        <FigureQuery value={here}>
          <PassportOf indicator={indicator.id}>
            <Figure decimals={indicator.decimals} size="card" unit={indicator.unit} value={value} word={word} />
          </PassportOf>
        </FigureQuery>
        {indicator.bands.length > 0 && value !== null ? (
          <StateMark state={band?.state ?? 'unknown'} word={band?.title && !word ? format.text(band.title) : undefined} />
        ) : null}
        {passport && value !== null ? <TrustChip onOpen={open} quality={passport.quality} /> : null}
      </div>
      <div className={classes.links}>
        <DatasetLink id={indicator.dataset} search={{ area: code }}>
          {t('map.toRecords')}
        </DatasetLink>
        {board ? (
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link {...props} params={splitName(board.id)} search={{ area: code }} to="/boards/$pack/$name" />
            )}
            underline="always"
          >
            {t('map.colour.toBoard')}
          </Anchor>
        ) : null}
        {value === null ? null : (
          <Button onClick={open} size="compact-xs" variant="default">
            {t('passport.open')}
          </Button>
        )}
      </div>
    </section>
  )
}
