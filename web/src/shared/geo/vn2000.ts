/** Grid coordinates in metres: north (x on Vietnamese sheets) and east (y). */
export type GridPoint = { north: number; east: number }

/** The ellipsoid of WGS 84, which VN-2000 uses too (Decision 83/2000/QD-TTg). */
const a = 6_378_137
const f = 1 / 298.257223563
const e2 = f * (2 - f)
const radian = Math.PI / 180
const second = radian / 3600

/**
 * VN-2000 to WGS 84: metres, arc seconds and parts of one (Decision 05/2007/QD-BTNMT; EPSG transformation "VN-2000 to
 * WGS 84 (2)", coordinate frame rotation).
 */
const shift = { x: -191.90441429, y: -39.30318279, z: -111.45032835 }
const turn = { x: -0.00928836 * second, y: 0.01975479 * second, z: -0.00427372 * second }
const scale = 1 + 0.252906278e-6

type Vector = [number, number, number]

function toSpace(lon: number, lat: number): Vector {
  const n = a / Math.sqrt(1 - e2 * Math.sin(lat) ** 2)
  return [n * Math.cos(lat) * Math.cos(lon), n * Math.cos(lat) * Math.sin(lon), n * (1 - e2) * Math.sin(lat)]
}

/** Longitude and latitude of a place in space, by iterating the latitude (its height is not wanted). */
function fromSpace([x, y, z]: Vector): [number, number] {
  const p = Math.hypot(x, y)
  let lat = Math.atan2(z, p * (1 - e2))
  for (let turns = 0; turns < 6; turns += 1) {
    const n = a / Math.sqrt(1 - e2 * Math.sin(lat) ** 2)
    lat = Math.atan2(z + e2 * n * Math.sin(lat), p)
  }
  return [Math.atan2(y, x), lat]
}

/** Undo the seven parameters: from WGS 84 to VN-2000. The rotation is so small that its transpose is its inverse. */
function unshift([x, y, z]: Vector): Vector {
  const [u, v, w] = [(x - shift.x) / scale, (y - shift.y) / scale, (z - shift.z) / scale]
  return [u - turn.z * v + turn.y * w, turn.z * u + v - turn.x * w, -turn.y * u + turn.x * v + w]
}

/**
 * Transverse Mercator by Krueger's series to the third order of n, below a millimetre within some degrees of the
 * meridian (L. Krueger, Konforme Abbildung des Erdellipsoids in der Ebene, 1912; C. F. F. Karney, Transverse Mercator
 * with an accuracy of a few nanometers, 2011, equation 35). East of the meridian counts from 500,000 m.
 */
function project(lon: number, lat: number, meridian: number, k0: number): GridPoint {
  const n = f / (2 - f)
  const e = Math.sqrt(e2)
  const radius = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64)
  const alpha = [
    n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16,
    (13 * n ** 2) / 48 - (3 * n ** 3) / 5,
    (61 * n ** 3) / 240,
  ]
  const tau = Math.sinh(Math.atanh(Math.sin(lat)) - e * Math.atanh(e * Math.sin(lat)))
  const away = lon - meridian
  const xi = Math.atan2(tau, Math.cos(away))
  const eta = Math.asinh(Math.sin(away) / Math.hypot(tau, Math.cos(away)))
  let north = xi
  let east = eta
  for (const [place, factor] of alpha.entries()) {
    const times = 2 * (place + 1)
    north += factor * Math.sin(times * xi) * Math.cosh(times * eta)
    east += factor * Math.cos(times * xi) * Math.sinh(times * eta)
  }
  return { north: k0 * radius * north, east: 500_000 + k0 * radius * east }
}

/** VN-2000 grid of a point in degrees of WGS 84, in the 3° zone around `meridian` (degrees; scale 0.9999). */
export function vn2000(lon: number, lat: number, meridian: number): GridPoint {
  const [l, b] = fromSpace(unshift(toSpace(lon * radian, lat * radian)))
  return project(l, b, meridian * radian, 0.9999)
}
