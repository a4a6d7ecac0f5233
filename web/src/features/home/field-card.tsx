import { ActionIcon } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import type { Field } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { usePassport } from '@/shared/passport/use-passport'
import { Figure } from '@/shared/ui/figure'
import { Icon } from '@/shared/ui/icon'
import { BoardLink } from '@/shared/ui/links'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './field-card.module.css'

type Props = {
  field: Field
  /** How it stands against an earlier moment. */
  course?: ReactNode
  datasetTitle: (id: string) => string
  placeName: (column: string, value: string) => string
}

/** One field of city life: its state and its one worst thing; the ways to its board and to the passport of that figure. */
export function FieldCard({ field, course, datasetTitle, placeName }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const { worst } = field
  const word = worst?.figure === 'band' ? worst.band : null
  const title = format.text(field.title)
  const where = worst?.where ? Object.entries(worst.where).map(([column, value]) => placeName(column, value)).join(', ') : ''
  return (
    <div className={classes.card} data-state={field.state}>
      <span className={classes.head}>
        <Icon name={field.icon} size={18} />
        <span className={classes.title}>
          {field.board ? <BoardLink className={classes.link} id={field.board}>{title}</BoardLink> : title}
        </span>
        <StateMark size={13} state={field.state} />
      </span>
      {worst ? (
        <>
          <span className={classes.worst}>
            <span className={classes.what}>{format.text(worst.title)}</span>
            <Figure decimals={worst.decimals} size="card" unit={worst.unit} value={worst.value} word={word} />
          </span>
          <span className={classes.foot}>
            <span className={classes.said}>
              <span className={classes.where}>
                {[worst.band && !word ? format.text(worst.band) : '', where, worst.at ? format.nearMoment(worst.at) : '']
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {course}
            </span>
            <ActionIcon
              aria-label={t('passport.openFor', { title: format.text(worst.title) })}
              className={classes.passport}
              onClick={() => openPassport({ indicator: worst.indicator, query: worst.query })}
              size="md"
              title={t('passport.open')}
            >
              <Icon name="certificate" size={17} />
            </ActionIcon>
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
    </div>
  )
}
