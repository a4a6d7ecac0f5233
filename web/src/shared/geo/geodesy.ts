/** Longitude and latitude in degrees, WGS 84. */
export type LonLat = [number, number]

const a = 6_378_137
const f = 1 / 298.257223563
const b = a * (1 - f)
const e = Math.sqrt(f * (2 - f))
const radian = Math.PI / 180

/**
 * Metres between two points along the ellipsoid (T. Vincenty, Direct and Inverse Solutions of Geodesics on the
 * Ellipsoid, Survey Review 23, 1975): below a millimetre anywhere on a map of one country.
 */
export function distance(from: LonLat, to: LonLat): number {
  const l = (to[0] - from[0]) * radian
  const u1 = Math.atan((1 - f) * Math.tan(from[1] * radian))
  const u2 = Math.atan((1 - f) * Math.tan(to[1] * radian))
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)]
  let lambda = l
  let result = 0
  for (let turns = 0; turns < 50; turns += 1) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)]
    const sigmaSin = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl)
    if (sigmaSin === 0) return 0
    const sigmaCos = s1 * s2 + c1 * c2 * cl
    const sigma = Math.atan2(sigmaSin, sigmaCos)
    const alpha = (c1 * c2 * sl) / sigmaSin
    const square = 1 - alpha ** 2
    const middle = square === 0 ? 0 : sigmaCos - (2 * s1 * s2) / square
    const c = (f / 16) * square * (4 + f * (4 - 3 * square))
    const before = lambda
    lambda = l + (1 - c) * f * alpha * (sigma + c * sigmaSin * (middle + c * sigmaCos * (2 * middle ** 2 - 1)))
    const u = (square * (a ** 2 - b ** 2)) / b ** 2
    const big = 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u)))
    const small = (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u)))
    const swing = sigmaCos * (2 * middle ** 2 - 1) - (small / 6) * middle * (4 * sigmaSin ** 2 - 3) * (4 * middle ** 2 - 3)
    const delta = small * sigmaSin * (middle + (small / 4) * swing)
    result = b * big * (sigma - delta)
    if (Math.abs(lambda - before) < 1e-12) break
  }
  return result
}

/** Metres along a line of points. */
export function length(points: readonly LonLat[]): number {
  return points.slice(1).reduce((sum, point, place) => sum + distance(points[place] ?? point, point), 0)
}

/** Sine of the latitude on the sphere of the ellipsoid's own area (J. P. Snyder, Map Projections, 1987, 3-11 and 3-12). */
function q(latitude: number): number {
  const s = e * Math.sin(latitude)
  return (1 - e ** 2) * (Math.sin(latitude) / (1 - s ** 2) + Math.atanh(s) / e)
}

/** Square metres inside a ring: that of great circles on the sphere whose surface equals the ellipsoid's. */
export function surface(ring: readonly LonLat[]): number {
  const whole = q(Math.PI / 2)
  const half = ring.map(([, latitude]) => Math.tan(Math.asin(q(latitude * radian) / whole) / 2))
  let sum = 0
  for (const [place, [lon]] of ring.entries()) {
    const next = (place + 1) % ring.length
    const [t1, t2] = [half[place] ?? 0, half[next] ?? 0]
    sum += 2 * Math.atan((Math.tan((((ring[next]?.[0] ?? lon) - lon) * radian) / 2) * (t1 + t2)) / (1 + t1 * t2))
  }
  return Math.abs(sum) * ((a ** 2 * whole) / 2)
}

/** A ring around a point, so many metres away from it, fine enough to be taken for a circle. */
export function circle(centre: LonLat, radius: number, corners = 48): LonLat[] {
  const latitude = centre[1] * radian
  const n = a / Math.sqrt(1 - (e * Math.sin(latitude)) ** 2)
  const m = (n * (1 - e ** 2)) / (1 - (e * Math.sin(latitude)) ** 2)
  return Array.from({ length: corners }, (_, corner): LonLat => {
    const turn = (2 * Math.PI * corner) / corners
    const first: LonLat = [
      centre[0] + (radius * Math.sin(turn)) / (n * Math.cos(latitude)) / radian,
      centre[1] + (radius * Math.cos(turn)) / m / radian,
    ]
    const ratio = radius / Math.max(distance(centre, first), 1e-9)
    return [centre[0] + (first[0] - centre[0]) * ratio, centre[1] + (first[1] - centre[1]) * ratio]
  })
}
