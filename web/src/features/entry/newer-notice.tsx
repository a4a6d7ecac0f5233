import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { askEntry, type SubmissionKey } from '@/shared/api/entry-queries'
import type { EntryForm, Submission } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'

import { changedCells, figuresOf } from './draft'
import classes from './entry.module.css'
import type { Draft } from './use-draft'
import { useShown } from './use-shown'

type Props = { draft: Draft; form: EntryForm; newer: Submission; submission: SubmissionKey }

/** Somebody else changed the submission meanwhile: who, when, which cells differ, and how to go on without losing one's own. */
export function NewerNotice({ draft, form, newer, submission }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const shown = useShown()
  const { data: duties = [] } = useQuery({ ...askEntry.duties(), staleTime: 0 })
  const { dataset, unit, period } = submission
  const duty = duties.find((one) => one.dataset === dataset && one.unit === unit && one.period === period)
  const cells = changedCells(form, draft, draft.base, figuresOf(newer))
  const nameOf = (row: number) => {
    const code = form.rows === null ? undefined : String(draft.rows[row]?.[form.rows] ?? '')
    return format.text(code === undefined ? null : form.row_codes[code]) || code || t('entry.sheet.rowNumber', { row: row + 1 })
  }
  return (
    <section aria-label={t('entry.newer.title')} className={classes.newer}>
      <h2 className={classes.heading}>
        <Icon name="alert-triangle" size={16} />{' '}
        {duty?.changed_by && duty.changed
          ? t('entry.newer.by', { who: duty.changed_by, at: format.nearMoment(duty.changed) })
          : t('entry.newer.title')}
      </h2>
      <p className={classes.plain}>
        {t(newer.writable ? 'entry.newer.text' : 'entry.newer.closed', { state: t(`entry.state.${newer.state}`) })}
      </p>
      {cells.length > 0 ? (
        <DataTable
          columns={[
            { key: 'row', title: t('entry.newer.cell') },
            { key: 'mine', title: t('entry.newer.mine'), align: 'end' },
            { key: 'theirs', title: t('entry.newer.theirs'), align: 'end' },
          ]}
          dense
          label={t('entry.newer.cells')}
          renderRow={({ row, column, mine, theirs }) => {
            const found = form.columns.find(({ name }) => name === column)
            return [
              `${nameOf(row)}: ${format.text(found?.title)}`,
              found ? shown(found, mine) : String(mine),
              found ? shown(found, theirs) : String(theirs),
            ]
          }}
          rows={cells}
        />
      ) : null}
      <div className={classes.buttons}>
        {newer.writable ? <Button onClick={() => draft.takeNewest(newer, true)}>{t('entry.newer.merge')}</Button> : null}
        <Button onClick={() => draft.takeNewest(newer, false)} variant="default">
          {t('entry.newer.drop')}
        </Button>
      </div>
    </section>
  )
}
