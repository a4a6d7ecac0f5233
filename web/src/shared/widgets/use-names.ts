import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'

import { ask } from '@/shared/api/queries'
import type { Area, RecordValue } from '@/shared/api/types'
import { useCity, useFormat } from '@/shared/format/use-format'

export type NameOf = (column: string, value: RecordValue) => string

/**
 * Words for the codes in a column: the dataset's own codes, the newest name beside it (`station` and `station_name`),
 * areas (also those of before a merger, where `boundaries` asks for them), units, datasets; else the value itself.
 */
export function useNames(datasets: readonly string[], columns: readonly string[], boundaries?: string): NameOf {
  const format = useFormat()
  const city = useCity()
  const wantsAreas = columns.some((column) => column === 'area' || column.startsWith('area:') || column === '_area')
  const { data: communes } = useQuery({
    ...ask.areas({ parent: city.area, level: 'commune' }),
    enabled: wantsAreas,
  })
  const { data: provinces } = useQuery({ ...ask.areas({ level: 'province' }), enabled: wantsAreas })
  const earlier = useEarlierAreas(city.area, wantsAreas ? boundaries : undefined)
  const declared = useQueries({ queries: datasets.map((id) => ask.dataset(id)) })
  const named = declared.flatMap(({ data }) => {
    const column = columns.find((name) => data?.columns.some((one) => one.name === `${name}_name`))
    return data && column ? [{ id: data.id, column, time: data.time }] : []
  })
  const newest = useQueries({
    queries: named.map(({ id, column, time }) =>
      ask.records(id, { columns: `${column},${column}_name`, order: `-${time}`, limit: 500 }, false),
    ),
  })
  const { data: organisations } = useQuery(ask.units())
  const { data: known } = useQuery({ ...ask.datasets(), enabled: columns.includes('dataset') })

  return useCallback(
    (column, value) => {
      if (value === null || value === '') return '—'
      const code = typeof value === 'object' ? JSON.stringify(value) : String(value)
      for (const { data } of declared) {
        const codes = data?.columns.find(({ name }) => name === column)?.codes
        if (codes?.[code]) return format.text(codes[code])
      }
      for (const [place, { data }] of newest.entries()) {
        if (named[place]?.column !== column) continue
        const row = data?.rows.find((one) => one[0] === value)
        if (row?.[1]) return String(row[1])
      }
      if (wantsAreas && (column === '_area' || column.startsWith('area'))) {
        const area = communes?.find((one) => one.code === code) ?? provinces?.find((one) => one.code === code) ?? earlier.get(code)
        if (area) return format.language === 'en' && area.name_en ? area.name_en : area.full_name
      }
      if (column === 'dataset') {
        const dataset = known?.find(({ id }) => id === code)
        if (dataset) return format.text(dataset.title)
      }
      const unit = organisations?.find((one) => one.code === code)
      return unit ? format.text(unit.name) : code
    },
    [declared, named, newest, communes, provinces, earlier, organisations, known, wantsAreas, format],
  )
}

const none: ReadonlyMap<string, Area> = new Map()

/** The areas from which the city was made, as they were on the day of `boundaries`, or last. */
function useEarlierAreas(home: string, boundaries: string | undefined): ReadonlyMap<string, Area> {
  const { data: area } = useQuery({ ...ask.area(home), enabled: boundaries !== undefined })
  const before = boundaries === undefined ? [] : (area?.lineage ?? []).filter((step) => step.new === home)
  const dayBefore = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
  return useQueries({
    queries: before.flatMap(({ old, day }) => {
      const date = boundaries === 'recorded' ? dayBefore(day) : boundaries
      return [ask.areas({ level: 'province', date }), ask.areas({ parent: old, level: 'commune', date })]
    }),
    combine: byCode,
  })
}

function byCode(answers: UseQueryResult<Area[]>[]): ReadonlyMap<string, Area> {
  if (answers.length === 0) return none
  return new Map(answers.flatMap(({ data = [] }) => data.map((one) => [one.code, one] as const)))
}
