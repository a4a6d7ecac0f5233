import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { FoundArea } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

/** Where a search leads: an area of today, or a thing of a layer. */
export type FoundPlace = { key: string; name: string; hint: string; at: [number, number] | null; area?: string; layer?: string; zoom: number }

const zooms: Record<FoundArea['level'], number> = { country: 5, province: 8.5, district: 10.5, commune: 11.5 }
const mostSuccessors = 6

type Say = { was: (name: string, until: string, whole: boolean) => string; day: (day: string) => string }

/** Areas as places to go to; a former one gives those of today that it is part of. */
export function placesOf(areas: readonly FoundArea[], say: Say): FoundPlace[] {
  return areas.flatMap((area): FoundPlace[] => {
    if (area.until === null) {
      return [{
        key: area.code, name: area.full_name, hint: area.above ?? '', at: area.centre, area: area.code, zoom: zooms[area.level],
      }]
    }
    const until = say.day(area.until)
    return (area.became ?? []).slice(0, mostSuccessors).map(({ code, full_name: name, whole, centre }) => ({
      key: `${area.code}-${code}`, name, hint: say.was(area.full_name, until, whole), at: centre, area: code,
      zoom: code.length === 2 ? zooms.province : zooms.commune,
    }))
  })
}

/** What the server finds for some words: areas of all times, and named things of the layers. */
export function usePlaces(wanted: string): { found: FoundPlace[]; busy: boolean; failed: boolean } {
  const { t } = useTranslation()
  const format = useFormat()
  const enabled = wanted.length > 1
  const areas = useQuery({ ...ask.findAreas(wanted), enabled, placeholderData: keepPreviousData })
  const things = useQuery({ ...ask.findThings(wanted), enabled, placeholderData: keepPreviousData })
  const { data: layers = [] } = useQuery({ ...ask.layers(), enabled })
  const found = useMemo(() => {
    const named = (things.data ?? []).map(({ layer, name, at }): FoundPlace => ({
      key: `${layer}-${name}`, name, at, layer, zoom: 13, hint: format.text(layers.find(({ id }) => id === layer)?.title),
    }))
    const say: Say = {
      was: (name, until, whole) => t(whole ? 'map.search.whole' : 'map.search.part', { name, until }), day: format.day,
    }
    return [...placesOf(areas.data ?? [], say), ...named]
  }, [areas.data, things.data, layers, format, t])
  return { found: enabled ? found : [], busy: areas.isFetching || things.isFetching, failed: areas.isError && things.isError }
}
