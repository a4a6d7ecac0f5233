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

describe('VN-2000', () => {
  it.each(points)('agrees with PROJ to a millimetre at %d: %d, %d', (meridian, lon, lat, east, north) => {
    const found = vn2000(lon, lat, meridian)
    expect(Math.abs(found.east - east)).toBeLessThan(0.001)
    expect(Math.abs(found.north - north)).toBeLessThan(0.001)
  })

  it('knows the meridian of Hai Phong, and says when it only takes the nearest', () => {
    expect(meridianFor('31', 106.7)).toEqual({ meridian: 105.75, own: true })
    expect(meridianFor('79', 106.6)).toEqual({ meridian: 106.5, own: false })
    expect(meridianText(105.75)).toBe('105°45′')
  })
})
