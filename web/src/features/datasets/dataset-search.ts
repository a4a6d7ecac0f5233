/** What the address of a dataset's page says. `f` holds filters as the records API takes them: column or column.ge. */
export type DatasetSearch = {
  tab?: 'about' | 'records' | 'ledger' | 'quarantine'
  from?: string
  to?: string
  as_of?: string
  area?: string
  order?: string
  cursor?: string
  f?: Record<string, string>
}

const tabs = new Set(['about', 'records', 'ledger', 'quarantine'])

function moment(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined
}

/** Keep what can be understood of an address. */
export function readDatasetSearch(search: Record<string, unknown>): DatasetSearch {
  const { tab, area, order, cursor, f } = search
  const filters =
    typeof f === 'object' && f !== null
      ? Object.fromEntries(Object.entries(f).map(([name, value]) => [name, String(value)]))
      : undefined
  return {
    tab: typeof tab === 'string' && tabs.has(tab) ? (tab as DatasetSearch['tab']) : undefined,
    from: moment(search.from),
    to: moment(search.to),
    as_of: moment(search.as_of),
    area: typeof area === 'string' || typeof area === 'number' ? String(area).padStart(2, '0') : undefined,
    order: typeof order === 'string' ? order : undefined,
    cursor: typeof cursor === 'string' ? cursor : undefined,
    f: filters && Object.keys(filters).length > 0 ? filters : undefined,
  }
}

/** The same filters as the records API takes them. */
export function recordFilters(search: DatasetSearch): Record<string, string | undefined> {
  return {
    from: search.from,
    to: search.to,
    as_of: search.as_of,
    area: search.area,
    order: search.order,
    ...search.f,
  }
}
