import type { ReactNode } from 'react'

import classes from './data-table.module.css'

export type TableColumn = { key: string; title: ReactNode; align?: 'start' | 'end'; sort?: 'ascending' | 'descending' }

type Props = {
  label: string
  columns: TableColumn[]
  rows: ReactNode[][]
  /** Identity of a row for React; its position otherwise. */
  rowKey?: (row: number) => string
  dense?: boolean
  /** One line a row; what is too long is cut off and shown in full on pointing. */
  oneLine?: boolean
}

/** A plain table in a region that scrolls by keyboard; numbers stand at the end of their cells. */
export function DataTable({ label, columns, rows, rowKey, dense = false, oneLine = false }: Props) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <div aria-label={label} className={classes.scroll} role="group" tabIndex={0}>
      <table className={[classes.table, dense ? classes.dense : '', oneLine ? classes.oneLine : ''].join(' ')}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th aria-sort={column.sort} data-align={column.align} key={column.key} scope="col">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey?.(index) ?? index}>
              {row.map((cell, place) => (
                <td
                  data-align={columns[place]?.align}
                  key={columns[place]?.key ?? place}
                  title={oneLine && typeof cell === 'string' && cell.length > 30 ? cell : undefined}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
