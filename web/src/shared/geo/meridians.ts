/** The central meridians of the 3° zones of VN-2000 that provinces use, in degrees (EPSG 5896-5899 and 9205-9218). */
export const meridians = [
  102, 103, 104, 104.5, 104.75, 105, 105.5, 105.75, 106, 106.25, 106.5, 107, 107.25, 107.5, 107.75, 108, 108.25, 108.5,
] as const

/**
 * The meridian of each province of the list before July 2025, by its code: the areas of use of EPSG 5899 and 9205-9218;
 * a province that none of them names uses the zone of EPSG 5897 or 5898 that it lies in. `x` as in the register of areas.
 */
const before: Record<number, string[]> = {
  103: ['11', '12'],
  104: ['14'],
  104.5: ['x96', 'x91'],
  104.75: ['x89', 'x10', '40', 'x25', 'x15'],
  105: ['01', 'x26', 'x35', 'x37', '38', 'x87', 'x92', 'x93', 'x95'],
  105.5: ['x27', 'x02', '42', 'x30', 'x33', 'x36', 'x94', 'x72', 'x34', 'x84', 'x86'],
  105.75: ['x31', 'x79', 'x83', 'x74', '04', 'x80', 'x82'],
  106: ['x17', 'x44', 'x08'],
  106.25: ['x70', 'x45'],
  106.5: ['x06', 'x19'],
  107: ['x24', '46'],
  107.25: ['20'],
  107.5: ['x62'],
  107.75: ['22', 'x48', 'x49', 'x77', 'x75', 'x68'],
  108: ['x51'],
  108.25: ['x52', 'x56', 'x58'],
  108.5: ['x60', 'x66', 'x67', 'x64', 'x54'],
}

/** Today's provinces that were made of several (Resolution 202/2025/QH15); the first gave it its name. */
const madeOf: Partial<Record<string, string[]>> = {
  '08': ['x08', 'x02'], '15': ['x10', 'x15'], '19': ['x19', 'x06'], '24': ['x27', 'x24'], '25': ['x25', 'x26', 'x17'],
  '31': ['x31', 'x30'], '33': ['x33', 'x34'], '37': ['x37', 'x35', 'x36'], '44': ['x45', 'x44'], '48': ['x48', 'x49'],
  '51': ['x51', 'x62'], '52': ['x64', 'x52'], '56': ['x56', 'x58'], '66': ['x66', 'x54'], '68': ['x68', 'x67', 'x60'],
  '75': ['x75', 'x70'], '79': ['x79', 'x74', 'x77'], '80': ['x72', 'x80'], '82': ['x87', 'x82'], '86': ['x86', 'x83', 'x84'],
  '91': ['x89', 'x91'], '92': ['x92', 'x93', 'x94'], '96': ['x96', 'x95'],
}

const byProvince = new Map(
  Object.entries(before).flatMap(([meridian, provinces]) => provinces.map((code) => [code, Number(meridian)] as const)),
)

export type ProvinceMeridian = {
  meridian: number
  /** Whether all of the province uses it. */
  own: boolean
  /** The meridian of each former province that it was made of, by that one's code, where they differ. */
  parts: { code: string; meridian: number }[]
}

/** The meridian of a province, that of its first part where these differ, else the nearest one to `lon`. */
export function meridianFor(province: string, lon: number): ProvinceMeridian {
  const parts = (madeOf[province] ?? [province]).flatMap((code) => {
    const meridian = byProvince.get(code)
    return meridian === undefined ? [] : [{ code, meridian }]
  })
  const [first] = parts
  if (first) {
    const own = parts.every(({ meridian }) => meridian === first.meridian)
    return { meridian: first.meridian, own, parts: own ? [] : parts }
  }
  const meridian = meridians.reduce<number>((best, one) => (Math.abs(one - lon) < Math.abs(best - lon) ? one : best), 105)
  return { meridian, own: false, parts: [] }
}

/** 105.75 as 105°45'. */
export function meridianText(meridian: number): string {
  const degrees = Math.floor(meridian)
  return `${degrees}°${String(Math.round((meridian - degrees) * 60)).padStart(2, '0')}′`
}
