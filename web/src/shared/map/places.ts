import type { Area, City } from '@/shared/api/types'

type Point = {
  type: 'Feature'
  geometry: { type: 'Point'; coordinates: [number, number] }
  properties: { name: string; rank: 'archipelago' | 'province' | 'commune' | 'sea'; home: boolean }
}
export type Places = { type: 'FeatureCollection'; features: Point[] }

/** Named on every map of Viet Nam, whatever the data hold: the two archipelagos and the East Sea. */
export const alwaysNamed = [
  { key: 'hoangSa', at: [112.0, 16.45], rank: 'archipelago' },
  { key: 'truongSa', at: [113.6, 9.6], rank: 'archipelago' },
  { key: 'eastSea', at: [112.6, 13.2], rank: 'sea' },
] as const

/** The whole country with both archipelagos. */
export const country: [[number, number], [number, number]] = [
  [101.8, 6.4],
  [117.8, 23.7],
]

function point(name: string, at: readonly [number, number], rank: Point['properties']['rank'], home: boolean): Point {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: [at[0], at[1]] }, properties: { name, rank, home } }
}

type Words = Record<(typeof alwaysNamed)[number]['key'], string>

/** Labels of a map: archipelagos, provinces, and the communes of the city. */
export function labelled(areas: readonly Area[], city: City, language: 'vi' | 'en', words: Words): Places {
  const fixed = alwaysNamed.map(({ key, at, rank }) => point(words[key], at, rank, false))
  const named = areas.flatMap((area) => {
    if (!area.centre || area.level === 'district' || area.level === 'country') return []
    const name = language === 'en' && area.name_en ? area.name_en : area.name
    return [point(name, area.centre, area.level, area.code === city.area || area.parent === city.area)]
  })
  return { type: 'FeatureCollection', features: [...fixed, ...named] }
}
