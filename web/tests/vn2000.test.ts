import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

import { meridianFor, meridianText } from '@/shared/geo/meridians'
import { vn2000 } from '@/shared/geo/vn2000'

/**
 * Computed with PROJ (pyproj 3.7.2), whose transverse Mercator is Poder and Engsager's of the sixth order: helmert with
 * convention=coordinate_frame and the parameters of EPSG "VN-2000 to WGS 84 (2)", inverted; tmerc with k=0.9999.
 */
const points: [meridian: number, lon: number, lat: number, east: number, north: number][] = [
  [105.75, 106.6881, 20.8449, 597432.4421, 2306067.773],
  [105.75, 105.75, 21, 499804.2919, 2322953.6023],
  [105.75, 107.7, 20.13, 703707.1305, 2227839.2102],
  [105.75, 106.1248, 21.2328, 538707.8026, 2348772.2813],
  [107.75, 108.2208, 16.0678, 550175.0803, 1777138.321],
  [104.5, 105.1524, 9.1769, 571499.7622, 1014890.8853],
]

const register = resolve(import.meta.dirname, '../../src/toancanh/geography/data/areas.csv')
const areas = readFileSync(register, 'utf8').split('\n').map((line) => line.split(','))

describe('VN-2000', () => {
  it.each(points)('agrees with PROJ to a millimetre at %d: %d, %d', (meridian, lon, lat, east, north) => {
    const found = vn2000(lon, lat, meridian)
    expect(Math.abs(found.east - east)).toBeLessThan(0.001)
    expect(Math.abs(found.north - north)).toBeLessThan(0.001)
  })

  it('knows the meridian of each province, and of the parts of those that were merged', () => {
    expect(meridianFor('01', 105.8)).toEqual({ meridian: 105, own: true, parts: [] })
    expect(meridianFor('48', 108)).toEqual({ meridian: 107.75, own: true, parts: [] })
    expect(meridianFor('31', 106.7)).toEqual({
      meridian: 105.75, own: false, parts: [{ code: 'x31', meridian: 105.75 }, { code: 'x30', meridian: 105.5 }],
    })
    expect(meridianFor('79', 106.6).parts.map(({ meridian }) => meridian)).toEqual([105.75, 105.75, 107.75])
    expect(meridianFor('VN', 106.6)).toEqual({ meridian: 106.5, own: false, parts: [] })
  })

  it('leaves none of the 63 provinces of before and the 34 of today out', () => {
    const today = areas.filter((line) => line[1] === 'province' && line[7] === '')
    const former = areas.filter((line) => line[1] === 'province' && line[0]?.startsWith('x'))
    expect([today.length, former.length]).toEqual([34, 52])
    const parts = new Set(today.flatMap(([code = '']) => meridianFor(code, 0).parts.map((part) => part.code)))
    for (const code of parts) expect(former.map(([one]) => one)).toContain(code)
    for (const [code = '', , , , , , , , lon] of today) {
      const found = meridianFor(code, 0)
      expect(found.own || found.parts.length > 1, code).toBe(true)
      expect(Math.abs(found.meridian - Number(lon)), code).toBeLessThan(2)
    }
  })

  it('writes degrees and minutes', () => {
    expect(meridianText(105.75)).toBe('105°45′')
  })
})
