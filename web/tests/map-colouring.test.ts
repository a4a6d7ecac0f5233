import { describe, expect, it } from 'vitest'

import { readMapSearch } from '@/features/map/map-search'
import type { Band } from '@/shared/api/types'
import { areaValues, colouringOf, colourQuery } from '@/shared/map/colouring'

import { answerOf, indicator } from './stage'

const bands = [
  { state: 'good', from: null, below: 50 },
  { state: 'good', from: 50, below: 100 },
  { state: 'bad', from: 100, below: null },
] as Required<Band>[]
const values = (...numbers: number[]) => new Map(numbers.map((value, place) => [`a${place}`, value]))

describe('colouring areas', () => {
  it('asks once for all communes of the city', () => {
    expect(colourQuery({ indicator: 'd.received', level: 'commune', last: '7d' }, '31')).toEqual({
      indicators: ['d.received'], by: ['area:commune'], time: { last: '7d' }, limit: 10_000, where: { area: '31' },
    })
  })

  it('leaves out what has no area or no value', () => {
    const answer = answerOf(
      [['area:commune', 'dimension'], ['d.received', 'value']],
      [['10507', 3], [null, 9], ['10525', null], ['10549', 0]],
    )
    expect([...areaValues(answer)]).toEqual([['10507', 3], ['10549', 0]])
  })

  it('joins the bands of one state and counts their areas', () => {
    const { banded, classes } = colouringOf(values(10, 60, 100), indicator({ bands }), 'commune')
    expect(banded).toBe(true)
    expect(classes.map(({ key, from, below, codes }) => [key, from, below, codes])).toEqual([
      ['good', null, 100, ['a0', 'a1']],
      ['bad', 100, null, ['a2']],
    ])
  })

  it('makes fifths where there are no bands, and never parts equal values', () => {
    const { classes } = colouringOf(values(0, 0, 0, 0, 1, 2, 3, 4, 5, 6), indicator({}), 'commune')
    expect(classes.map(({ from, below, codes }) => [from, below, codes.length])).toEqual([
      [0, 0, 4], [1, 2, 2], [3, 4, 2], [5, 6, 2],
    ])
    expect(colouringOf(values(7, 7, 7), indicator({}), 'commune').classes).toHaveLength(1)
    expect(colouringOf(new Map(), indicator({}), 'commune').classes).toEqual([])
  })

  it('is part of the address', () => {
    expect(readMapSearch({ colour: 'd.received', level: 'province', last: '30d' })).toEqual({
      colour: 'd.received', level: 'province', last: '30d',
    })
    expect(readMapSearch({ colour: 3, level: 'street', last: 'ever' })).toEqual({})
  })
})
