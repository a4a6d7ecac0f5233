import { useTranslation } from 'react-i18next'

import type { Dataset, DatasetColumn, Declaration, SampleRow, SourceSample } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DataTable } from '@/shared/ui/data-table'
import { StateMark } from '@/shared/ui/state-mark'
import { isNumeric, recordText } from '@/shared/widgets/record-cell'

import { fillingOf } from './mapping'
import classes from './source-editor.module.css'

type Props = { sample: SourceSample; dataset: Dataset; declaration: Declaration; busy: boolean }

function rawOf(row: SampleRow): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(row.raw)
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const plain = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))

/** The sample as it would be stored, the raw value below each, and what is wrong with it. */
export function PreviewTable({ sample, dataset, declaration, busy }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const filled = (column: DatasetColumn) =>
    declaration.map?.[column.name] !== undefined ||
    column.required ||
    sample.rows.some(({ record, problems }) => (record?.[column.name] ?? null) !== null || problems.some((one) => one.column === column.name))
  const columns = dataset.columns.filter(filled)
  const shown = { total: format.number(sample.total, 0), bad: format.number(sample.bad, 0) }
  return (
    <div aria-busy={busy} className={classes.preview}>
      <p aria-live="polite" className={classes.sum}>
        <StateMark state={sample.bad === 0 ? 'good' : 'bad'} word={t(sample.bad === 0 ? 'source.edit.previewGood' : 'source.edit.previewBad', shown)} />
      </p>
      <p className={classes.dim}>{t('source.edit.previewHint')}</p>
      <DataTable
        columns={[
          { key: 'row', title: t('source.edit.row'), align: 'end' },
          ...columns.map((column) => ({
            key: column.name,
            title: `${format.text(column.title)}${column.unit ? ` (${column.unit})` : ''}`,
            align: isNumeric(column.type) ? ('end' as const) : ('start' as const),
          })),
        ]}
        dense
        label={t('source.edit.preview')}
        renderRow={(row) => {
          const raw = rawOf(row)
          const whole = row.problems.filter(({ column }) => !column)
          return [
            <div key="row">
              {row.row}
              {whole.map(({ code, problem }) => (
                <span className={classes.wrong} key={code}>
                  {format.text(problem)}
                </span>
              ))}
              {row.record === null ? <span className={classes.wrong}>{t('source.edit.unreadable')}</span> : null}
            </div>,
            ...columns.map((column) => {
              const filling = fillingOf(declaration.map?.[column.name])
              const field = filling.way === 'same' ? column.name : filling.way === 'field' || filling.way === 'time' ? filling.text : null
              const value = (row.record?.[column.name] ?? null) as Parameters<typeof recordText>[1]
              const said = { name: column.name, type: column.type, title: column.title, unit: column.unit, codes: column.codes } as Parameters<typeof recordText>[0]
              return (
                <div className={classes.cell} key={column.name}>
                  <span>{value === null ? '–' : recordText(said, value, format, (_column, code) => String(code), [t('common.yes'), t('common.no')])}</span>
                  <span className={classes.raw}>{field === null ? '' : plain(raw?.[field])}</span>
                  {row.problems
                    .filter((one) => one.column === column.name)
                    .map((one) => (
                      <span className={classes.wrong} key={one.code}>
                        {format.text(one.problem)}
                      </span>
                    ))}
                </div>
              )
            }),
          ]
        }}
        rowKey={({ row }) => String(row)}
        rows={sample.rows}
      />
    </div>
  )
}
