import { useMediaQuery } from '@mantine/hooks'
import type { Map as MlMap } from 'maplibre-gl'

import type { City } from '@/shared/api/types'

import type { Camera } from './map-canvas'

const hanoi: [number, number] = [105.85, 21.03]
/** What a map of this size shows of the city at its declared zoom, a smaller one shows too. */
const frame = { width: 725, height: 520 }
/** Width of the panels at the left, with the space beside them. */
const panels = 286

/** Where a map of a size opens: on the whole city, beside what covers the left of the map, and no nearer than declared. */
export function homeView(declared: Camera, width: number, height: number, covered: number): Camera {
  const scale = Math.min(1, Math.max(1, width - covered) / frame.width, Math.max(1, height) / frame.height)
  const zoom = declared.zoom + Math.log2(scale)
  const shift = Math.max(0, covered - (width - frame.width * scale) / 2)
  return { lon: declared.lon - (shift * 360) / (512 * 2 ** zoom), lat: declared.lat, zoom }
}

/** The city's view for maps of any size. */
export function useHome(city: City, panelOpen: boolean): (width: number, height: number) => Camera {
  const roomy = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false })
  const [lon, lat] = city.centre ?? hanoi
  return (width, height) => homeView({ lon, lat, zoom: city.zoom }, width, height, roomy && panelOpen ? panels : 0)
}

export function flyHome(map: MlMap, home: (width: number, height: number) => Camera): void {
  const { clientWidth, clientHeight } = map.getContainer()
  const { lon, lat, zoom } = home(clientWidth, clientHeight)
  map.flyTo({ center: [lon, lat], zoom, duration: 600 })
}
