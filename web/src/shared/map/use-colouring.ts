import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { ask } from '@/shared/api/queries'
import type { Answer, City, Indicator, Query } from '@/shared/api/types'
import type { LonLat } from '@/shared/geo/geodesy'

import { areaValues, type Colour, type Colouring, colouringOf, colourQuery } from './colouring'

export type Coloured = {
  colour: Colour
  query: Query
  indicator: Indicator | null
  answer: Answer | null
  colouring: Colouring | null
  error: Error | null
  retry: () => void
  busy: boolean
  /** Whether what is drawn on the map leaves these values as they are. */
  escapes: boolean
}

/** Ask how an indicator colours the areas, again whenever records of its dataset were stored. */
export function useColouring(colour: Colour | null, city: City, ring: LonLat[] | null): Coloured | null {
  const { data: indicators } = useQuery({ ...ask.indicators(), enabled: colour !== null })
  const indicator = indicators?.find(({ id }) => id === colour?.indicator) ?? null
  const kept = indicator?.positioned ? ring : null
  const query = useMemo(() => (colour ? colourQuery(colour, city.area, kept) : null), [colour, city.area, kept])
  const able = colour !== null && indicator !== null && indicator.areas.includes(colour.level)
  const found = useQuery({
    ...ask.answer(query ?? { indicators: [] }, indicator ? [indicator.dataset] : []),
    enabled: able,
  })
  const answer = able ? (found.data ?? null) : null
  const colouring = useMemo(
    () => (answer && indicator && colour ? colouringOf(areaValues(answer), indicator, colour.level) : null),
    [answer, indicator, colour],
  )
  if (!colour || !query) return null
  return {
    colour, query, indicator, answer, colouring,
    error: able && !answer ? found.error : null, retry: () => void found.refetch(), busy: able && found.isFetching,
    escapes: ring !== null && indicator !== null && !indicator.positioned,
  }
}
