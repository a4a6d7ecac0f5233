import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'

import classes from './data-table.module.css'

export type TableColumn = { key: string; title: ReactNode; align?: 'start' | 'end'; sort?: 'ascending' | 'descending' }

type Props<T> = {
  label: string
  columns: TableColumn[]
  rows: readonly T[]
  /** What stands in the cells of a row; asked only of rows that are near what is seen. */
  renderRow: (row: T) => ReactNode[]
  /** Identity of a row for React; its position otherwise. */
  rowKey?: (row: T) => string
  dense?: boolean
  /** One line a row; what is too long is cut off and shown in full on pointing. */
  oneLine?: boolean
}

/** Up to so many rows all are in the page, where the browser's own search finds them. */
const few = 100
const about = { dense: 31, roomy: 39 }

/** A plain table in a region that scrolls by keyboard; numbers stand at the end of their cells. Of many rows only those near what is seen are drawn. */
export function DataTable<T>({ label, columns, rows, renderRow, rowKey, dense = false, oneLine = false }: Props<T>) {
  const box = useRef<HTMLDivElement>(null)
  const many = rows.length > few
  // oxlint-disable-next-line react/incompatible-library -- what it returns is used here alone, and nothing is memoised by a compiler
  const drawn = useVirtualizer({
    count: rows.length,
    enabled: many,
    getScrollElement: () => box.current,
    estimateSize: () => (dense ? about.dense : about.roomy),
    overscan: 10,
  })
  const near = drawn.getVirtualItems()
  const [first, last] = [near[0], near.at(-1)]
  const shown = many ? near.flatMap(({ index }) => (rows[index] === undefined ? [] : [{ row: rows[index], index }])) : rows.map((row, index) => ({ row, index }))
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <div aria-label={label} className={classes.scroll} ref={box} role="group" tabIndex={0}>
      <table
        aria-rowcount={many ? rows.length + 1 : undefined}
        className={[classes.table, dense ? classes.dense : '', oneLine ? classes.oneLine : ''].join(' ')}
      >
        <thead>
          <tr aria-rowindex={many ? 1 : undefined}>
            {columns.map((column) => (
              <th aria-sort={column.sort} data-align={column.align} key={column.key} scope="col">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {many && first ? <Gap height={first.start} /> : null}
          {shown.map(({ row, index }) => (
            <tr
              aria-rowindex={many ? index + 2 : undefined}
              data-index={index}
              key={rowKey?.(row) ?? index}
              ref={many ? drawn.measureElement : undefined}
            >
              {renderRow(row).map((cell, place) => (
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
          {many && last ? <Gap height={drawn.getTotalSize() - last.end} /> : null}
        </tbody>
      </table>
    </div>
  )
}

/** Room for the rows that are not drawn. */
function Gap({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null
}
