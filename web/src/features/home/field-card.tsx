import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import type { Field } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Figure } from '@/shared/ui/figure'
import { Icon } from '@/shared/ui/icon'
import { splitName } from '@/shared/ui/names'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './field-card.module.css'

type Props = { field: Field; datasetTitle: (id: string) => string; placeName: (column: string, value: string) => string }

/** One field of city life: its state and its one worst thing; the way to its board. */
export function FieldCard({ field, datasetTitle, placeName }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { worst } = field
  const where = worst?.where ? Object.entries(worst.where).map(([column, value]) => placeName(column, value)).join(', ') : ''
  const body = (
    <>
      <span className={classes.head}>
        <Icon name={field.icon} size={18} />
        <span className={classes.title}>{format.text(field.title)}</span>
        <StateMark size={13} state={field.state} />
      </span>
      {worst ? (
        <>
          <span className={classes.worst}>
            <span className={classes.what}>{format.text(worst.title)}</span>
            <Figure decimals={worst.decimals} size="card" unit={worst.unit} value={worst.value} />
          </span>
          <span className={classes.where}>
            {[worst.band ? format.text(worst.band) : '', where, worst.at ? format.nearMoment(worst.at) : '']
              .filter(Boolean)
              .join(' · ')}
          </span>
        </>
      ) : (
        <span className={classes.where}>{t('home.nothingWrong')}</span>
      )}
      {field.stale.length > 0 ? (
        <span className={classes.silent}>
          <Icon name="hourglass" size={14} />
          {t('home.silent', { count: field.stale.length, names: field.stale.map(datasetTitle).join(', ') })}
        </span>
      ) : null}
    </>
  )
  if (!field.board) return <div className={classes.card} data-state={field.state}>{body}</div>
  return (
    <Link className={classes.card} data-state={field.state} params={splitName(field.board)} to="/boards/$pack/$name">
      {body}
    </Link>
  )
}
