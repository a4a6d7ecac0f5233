/** `environment.air_quality` as the two parts of an address. */
export function splitName(id: string): { pack: string; name: string } {
  const [pack = '', ...rest] = id.split('.')
  return { pack, name: rest.join('.') }
}
