import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { WorstThing } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { usePassport } from '@/shared/passport/use-passport'
import { Figure } from '@/shared/ui/figure'
import { Icon } from '@/shared/ui/icon'
import { StateMark } from '@/shared/ui/state-mark'
import type { NameOf } from '@/shared/widgets/use-names'

import type { Change } from './changes'
import classes from './changes.module.css'

/** One figure then and now, with its states and words; it opens the passport. */
export function ChangedFigure({ change, placeName }: { change: Change; placeName: NameOf }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const { earlier, now, way, field } = change
  const known = now ?? earlier
  if (!known) return null
  const title = format.text(known.title)
  const where = Object.entries(known.where ?? {}).map(([column, value]) => placeName(column, value)).join(', ')
  return (
    <li className={classes.change} data-way={way}>
      <span className={classes.what}>
        <strong>{t(`home.since.way.${way}`)}</strong>
        <UnstyledButton
          aria-label={t('passport.openFor', { title })}
          className={classes.title}
          onClick={() => openPassport({ indicator: known.indicator, query: known.query })}
        >
          {title}
        </UnstyledButton>
      </span>
      <span className={classes.course}>
        <Moment value={earlier} />
        <Icon name="arrow-right" size={14} />
        <span className="tc-hidden">{t('home.since.to')}</span>
        <Moment value={now} />
      </span>
      <span className={classes.where}>{[format.text(field.title), where].filter(Boolean).join(' · ')}</span>
    </li>
  )
}

function Moment({ value }: { value: WorstThing | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!value) return <span className={classes.where}>{t('common.noValue')}</span>
  const inWords = value.figure === 'band' ? value.band : null
  return (
    <span className={classes.moment}>
      <StateMark size={10} state={value.state} word={false} />
      <Figure decimals={value.decimals} unit={value.unit} value={value.value} word={inWords} />
      {value.band && !inWords ? <span className={classes.where}>{format.text(value.band)}</span> : null}
    </span>
  )
}
