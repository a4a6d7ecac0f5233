import type { Connector, Text } from '@/shared/api/types'

/** How a setting is asked for. */
export type SettingKind = 'secret' | 'choice' | 'switch' | 'number' | 'text' | 'list' | 'pairs' | 'json'

/** One setting of a connector. */
export type Setting = {
  name: string
  title: Text
  about: Text
  kind: SettingKind
  required: boolean
  rare: boolean
  suggested: boolean
  fallback: unknown
  choices: readonly string[]
  whole: boolean
  least?: number
  most?: number
  pattern?: string
  example?: unknown
}

type Node = Record<string, unknown>

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const node = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {})
const words = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const amount = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** The schema of a value that is there: references followed, `null` left out. */
function bare(given: Node, definitions: Node): Node {
  const reference = words(given.$ref)
  if (reference) return bare({ ...node(definitions[reference.split('/').at(-1) ?? '']), ...given, $ref: undefined }, definitions)
  const options = list(given.anyOf ?? given.allOf).map(node).filter(({ type }) => type !== 'null')
  const first = options[0]
  if (options.length === 1 && first) return { ...bare(first, definitions), ...given, anyOf: undefined, allOf: undefined }
  return given
}

function kindOf(schema: Node, secret: boolean): SettingKind {
  if (secret || schema.format === 'password') return 'secret'
  if (schema.enum !== undefined || schema.const !== undefined) return 'choice'
  const several = list(schema.anyOf).map((one) => node(one).type)
  if (several.length > 0) return several.every((type) => type === 'string' || type === 'integer' || type === 'number') ? 'text' : 'json'
  switch (schema.type) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return 'text'
    case 'array':
      return node(schema.items).type === 'string' ? 'list' : 'json'
    default:
      return node(schema.additionalProperties).type === 'string' ? 'pairs' : 'json'
  }
}

/** The settings that a connector asks for, in its own order. */
export function settingsOf({ settings, secrets }: Pick<Connector, 'settings' | 'secrets'>): Setting[] {
  const definitions = node(settings.$defs)
  const required = new Set(list(settings.required))
  return Object.entries(node(settings.properties)).map(([name, given]) => {
    const schema = bare(node(given), definitions)
    const vi = node(schema.vi)
    const title = words(schema.title) ?? name
    const about = words(schema.description) ?? ''
    return {
      name,
      title: { vi: words(vi.title) ?? title, en: title },
      about: { vi: words(vi.description) ?? about, en: about },
      kind: kindOf(schema, secrets.includes(name)),
      required: required.has(name),
      rare: schema.rare === true && !required.has(name),
      suggested: schema.suggested === true,
      fallback: schema.default,
      choices: (schema.const === undefined ? list(schema.enum) : [schema.const]).map(String),
      whole: schema.type === 'integer',
      least: amount(schema.minimum) ?? amount(schema.exclusiveMinimum),
      most: amount(schema.maximum) ?? amount(schema.exclusiveMaximum),
      pattern: words(schema.pattern),
      example: list(schema.examples)[0],
    }
  })
}
