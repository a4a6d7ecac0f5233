import { describe, expect, it } from 'vitest'

import { homeView } from '@/shared/map/home-view'

const declared = { lon: 106.6, lat: 20.85, zoom: 9 }

describe('where a map opens', () => {
  it('is the declared view where there is room', () => {
    expect(homeView(declared, 1366, 712, 286)).toEqual(declared)
    expect(homeView(declared, 1920, 1000, 0)).toEqual(declared)
  })

  it('shows the same part of the city on a smaller map', () => {
    expect(homeView(declared, 362.5, 800, 0)).toEqual({ ...declared, zoom: 8 })
    expect(homeView(declared, 900, 260, 0)).toEqual({ ...declared, zoom: 8 })
  })

  it('stands beside what covers the left of the map', () => {
    const { lon, zoom } = homeView(declared, 1011, 712, 286)
    expect(zoom).toBe(9)
    expect(((declared.lon - lon) * 512 * 2 ** zoom) / 360).toBeCloseTo(143)
  })
})
