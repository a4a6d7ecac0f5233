import { describe, expect, it } from 'vitest'

import type { FoundArea } from '@/shared/api/types'
import { placesOf } from '@/shared/map/use-places'

const area = (change: Partial<FoundArea>): FoundArea => ({
  code: '11407', name: 'An Biên', full_name: 'Phường An Biên', name_en: 'An Bien', level: 'commune', parent: '31', since: '2025-07-01',
  until: null, centre: [106.68, 20.85], area_km2: 2, above: 'Thành phố Hải Phòng', became: [], ...change,
})
const say = {
  was: (name: string, until: string, whole: boolean) => `${whole ? 'all' : 'part'} of ${name}, ${until}`,
  day: (day: string) => day,
}

describe('places that a search finds', () => {
  it('leads to an area of today with the area above', () => {
    expect(placesOf([area({})], say)).toMatchObject([{ name: 'Phường An Biên', hint: 'Thành phố Hải Phòng', area: '11407' }])
  })

  it('says of each area of today whether it holds all of a former one', () => {
    const became = [
      { code: '11359', full_name: 'Phường Lê Chân', whole: false, centre: null },
      { code: '31', full_name: 'Thành phố Hải Phòng', whole: true, centre: null },
    ]
    const found = placesOf([area({ code: 'x305', full_name: 'Quận Lê Chân', until: '2025-06-30', became })], say)
    expect(found.map(({ name, hint }) => [name, hint])).toEqual([
      ['Phường Lê Chân', 'part of Quận Lê Chân, 2025-06-30'],
      ['Thành phố Hải Phòng', 'all of Quận Lê Chân, 2025-06-30'],
    ])
  })
})
