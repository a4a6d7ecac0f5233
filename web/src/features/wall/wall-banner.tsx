import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Field } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Figure } from '@/shared/ui/figure'
import { StateMark } from '@/shared/ui/state-mark'

import type { Interruption } from './playing'
import classes from './wall.module.css'

/** Why the playlist was interrupted, loudly: shape, word and text. */
export function WallBanner({ interruption }: { interruption: Interruption }) {
  const { t } = useTranslation()
  const { data: fields = [] } = useQuery(ask.fields())
  const field = fields.find(({ id }) => id === interruption.field)
  return (
    <div className={classes.banner} data-state={interruption.kind === 'field' ? (field?.state ?? 'bad') : 'bad'} role="alert">
      <StateMark size={30} state={interruption.kind === 'field' ? (field?.state ?? 'bad') : 'bad'} word={false} />
      <b className={classes.word}>{t(`wall.alarm.${interruption.kind}`)}</b>
      {interruption.text ? <span className={classes.said}>{interruption.text}</span> : null}
      {field ? <WorstThing field={field} /> : null}
    </div>
  )
}

function WorstThing({ field }: { field: Field }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { worst, title, state } = field
  return (
    <span className={classes.said}>
      {format.text(title)} · {t(`common.state.${state}`)}
      {worst ? (
        <>
          {' · '}
          {format.text(worst.title)}{' '}
          <Figure decimals={worst.decimals} unit={worst.unit} value={worst.value} word={worst.figure === 'band' ? worst.band : null} />
          {worst.where ? ` · ${Object.values(worst.where).join(', ')}` : ''}
        </>
      ) : null}
    </span>
  )
}
