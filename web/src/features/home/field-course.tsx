import { useTranslation } from 'react-i18next'

import type { Field } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { StateMark } from '@/shared/ui/state-mark'

import { wayOf } from './changes'
import classes from './field-card.module.css'

type Props = { field: Field; before: readonly Field[] | undefined }

/** Whether a field stands worse or better than it did; its line is kept free until that is known. */
export function FieldCourse({ field, before }: Props) {
  const { t } = useTranslation()
  const then = before?.find(({ id }) => id === field.id)?.worst ?? null
  const way = before ? wayOf(then, field.worst, 'none') : null
  if (!before || !field.worst) return <span className={classes.course} />
  if (!then) return <span className={classes.course}>{t('home.since.notThen')}</span>
  if (way !== 'worse' && way !== 'better') return <span className={classes.course}>{t('home.since.asBefore')}</span>
  return (
    <span className={classes.course} data-way={way}>
      <Icon name={way === 'worse' ? 'arrow-down-right' : 'arrow-up-right'} size={14} />
      <strong>{t(`home.since.way.${way}`)}</strong> {t('home.since.was')} <StateMark size={10} state={then.state} />
    </span>
  )
}
