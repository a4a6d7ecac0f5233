/** The central meridians of the 3° zones of VN-2000 that provinces use, in degrees (EPSG 5896-5899 and 9205-9218). */
export const meridians = [
  102, 103, 104, 104.5, 104.75, 105, 105.5, 105.75, 106, 106.25, 106.5, 107, 107.25, 107.5, 107.75, 108, 108.25, 108.5,
] as const

/** Provinces (by code) whose own meridian is known to us; all others choose one. */
const ofProvince: Partial<Record<string, number>> = { '01': 105, '31': 105.75 }

/** The meridian of a province, else the nearest one to `lon`, and whether it is the province's own. */
export function meridianFor(province: string, lon: number): { meridian: number; own: boolean } {
  const own = ofProvince[province]
  if (own !== undefined) return { meridian: own, own: true }
  const meridian = meridians.reduce<number>((best, one) => (Math.abs(one - lon) < Math.abs(best - lon) ? one : best), 105)
  return { meridian, own: false }
}

/** 105.75 as 105°45'. */
export function meridianText(meridian: number): string {
  const degrees = Math.floor(meridian)
  return `${degrees}°${String(Math.round((meridian - degrees) * 60)).padStart(2, '0')}′`
}
