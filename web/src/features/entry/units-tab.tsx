import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Duty } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { EmptyNotice } from '@/shared/ui/notices'
import { StateMark } from '@/shared/ui/state-mark'
import { useNow } from '@/shared/ui/use-now'

import { punctuality } from './duties'
import classes from './entry.module.css'

type Props = { duties: readonly Duty[]; nameOf: (unit: string) => string; onUnit: (unit: string) => void }

/** Who is late: of what fell due, how much each unit sent in time, late, or not yet. */
export function UnitsTab({ duties, nameOf, onUnit }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  const units = punctuality(duties, now)
  if (units.length === 0) return <EmptyNotice hint={t('entry.units.noneHint')} title={t('entry.units.none')} />
  return (
    <div className={classes.panel}>
      <p className={classes.dim}>{t('entry.units.hint')}</p>
      <DataTable
        columns={[
          { key: 'unit', title: t('entry.unit') },
          { key: 'missing', title: t('entry.units.missing') },
          { key: 'due', title: t('entry.units.due'), align: 'end' },
          { key: 'onTime', title: t('entry.units.onTime'), align: 'end' },
          { key: 'tardy', title: t('entry.units.tardy'), align: 'end' },
          { key: 'share', title: t('entry.units.share'), align: 'end' },
        ]}
        label={t('entry.tab.units')}
        rowKey={({ unit }) => unit}
        renderRow={({ unit, due, onTime, tardy, missing, days }) => [
          <UnstyledButton className={classes.linkButton} key="unit" onClick={() => onUnit(unit)}>
            {nameOf(unit)}
          </UnstyledButton>,
          missing > 0 ? (
            <StateMark key="missing" state="bad" word={t('entry.units.owes', { count: missing, days })} />
          ) : (
            <StateMark key="missing" state="good" word={t('entry.units.owesNothing')} />
          ),
          due,
          onTime,
          tardy,
          `${format.percent(onTime / due)} (${onTime}/${due})`,
        ]}
        rows={units}
      />
    </div>
  )
}
