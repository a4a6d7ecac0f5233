import { describe, expect, it } from 'vitest'

import { finished, measure, readDrawing, rectangle, ringOf, withinText } from '@/shared/geo/drawing'
import { circle, distance, length, surface } from '@/shared/geo/geodesy'

describe('geodesy', () => {
  it('agrees with the published example of Flinders Peak and Buninyong (GDA technical manual, 54,972.271 m)', () => {
    const flinders: [number, number] = [144 + 25 / 60 + 29.52442 / 3600, -(37 + 57 / 60 + 3.72030 / 3600)]
    const buninyong: [number, number] = [143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600)]
    expect(distance(flinders, buninyong)).toBeCloseTo(54_972.271, 2)
  })

  it('knows a degree of the meridian and of the equator', () => {
    expect(distance([105, 20], [105, 21])).toBeCloseTo(110_713.6, -1)
    expect(distance([105, 0], [106, 0])).toBeCloseTo(111_319.491, 2)
    expect(distance([105, 20], [105, 20])).toBe(0)
    expect(length([[105, 0], [106, 0], [107, 0]])).toBeCloseTo(2 * 111_319.491, 2)
  })

  it('measures the eighth of the Earth, 510,065,621.724 km² in all, whichever way round', () => {
    const eighth: [number, number][] = [[0, 0], [90, 0], [90, 90], [0, 90]]
    expect(surface(eighth) / 1e6).toBeCloseTo(510_065_621.724 / 8, 1)
    expect(surface(eighth.toReversed()) / 1e6).toBeCloseTo(510_065_621.724 / 8, 1)
  })

  it('measures a small square as its sides say', () => {
    const ring = rectangle([106.6, 20.8], [106.61, 20.81])
    const sides = distance([106.6, 20.805], [106.61, 20.805]) * distance([106.6, 20.8], [106.6, 20.81])
    expect(surface(ring) / sides).toBeCloseTo(1, 5)
  })

  it('keeps all corners of a circle equally far', () => {
    for (const corner of circle([106.7, 20.85], 5000)) expect(Math.abs(distance([106.7, 20.85], corner) - 5000)).toBeLessThan(2)
    expect(surface(circle([106.7, 20.85], 5000, 360)) / (Math.PI * 5000 ** 2)).toBeCloseTo(1, 3)
  })
})

describe('a drawing', () => {
  it('needs enough points, and drops the second of a double click', () => {
    expect(finished('polygon', [[106, 20], [107, 20], [107, 20]])).toBeNull()
    expect(finished('line', [[106, 20], [107, 20], [107, 20]])).toEqual({ kind: 'line', at: [[106, 20], [107, 20]] })
  })

  it('says what it encloses', () => {
    expect(ringOf({ kind: 'line', at: [[106, 20], [107, 20]] })).toBeNull()
    expect(ringOf({ kind: 'circle', at: [[106, 20], [106.1, 20]] })).toHaveLength(48)
    expect(withinText([[106.1, 20], [107, 20.5]])).toBe('106.1 20,107 20.5')
    expect(measure({ kind: 'circle', at: [[106, 20], [106.1, 20]] }).radius).toBeCloseTo(10_463, -1)
    expect(measure({ kind: 'line', at: [[106, 20], [106.1, 20]] }).surface).toBeNull()
  })

  it('is read from an address', () => {
    const drawing = { kind: 'polygon', at: [[106, 20], [107, 20], [107, 21]] }
    expect(readDrawing(JSON.parse(JSON.stringify(drawing)))).toEqual(drawing)
    const broken = [null, 'x', { kind: 'star', at: drawing.at }, { kind: 'circle', at: drawing.at }, { kind: 'polygon', at: [[1, 2], [3]] }, { kind: 'line', at: [[1000, 2], [3, 4]] }]
    for (const one of broken) expect(readDrawing(one)).toBeUndefined()
  })
})
