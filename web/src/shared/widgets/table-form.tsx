import { ActionIcon } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { DataTable, type TableColumn } from '@/shared/ui/data-table'
import { Icon } from '@/shared/ui/icon'

export type TableContent = { columns: TableColumn[]; rows: ReactNode[][] }

/** The figures of a chart, row by row. */
export function TableForm({ content, label }: { content: TableContent; label: string }) {
  return <DataTable renderRow={(row) => row} columns={content.columns} dense label={label} rows={content.rows} />
}

type SwitchProps = { title: string; pressed: boolean; onChange: (pressed: boolean) => void }

/** Between a chart and its table. */
export function TableSwitch({ title, pressed, onChange }: SwitchProps) {
  const { t } = useTranslation()
  return (
    <ActionIcon
      aria-label={t('board.asTableOf', { title })}
      aria-pressed={pressed}
      onClick={() => onChange(!pressed)}
      size="md"
      title={t(pressed ? 'board.asChart' : 'board.asTable')}
    >
      <Icon name={pressed ? 'chart-line' : 'table'} size={17} />
    </ActionIcon>
  )
}
