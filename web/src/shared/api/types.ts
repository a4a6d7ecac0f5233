/** Shapes of /api/v1 as the screens use them. Times are RFC 3339 texts. */

export type Text = { vi: string; en: string }
export type State = 'good' | 'watch' | 'bad' | 'unknown'
export type Scalar = string | number | boolean | null
export type Grain = 'minute' | 'quarter_hour' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'
export type Compare = 'previous' | 'year' | 'target'

export type Viewer = { id: string; name: string; kind: 'user' | 'key' | 'public' | 'system'; roles: string[] }
export type Session = { viewer: Viewer; expires: string | null; token?: string }

export type City = {
  title: Text
  area: string
  time_zone: string
  demo: boolean
  centre: [number, number] | null
  zoom: number
  version: string
  now: string
  alarms: Text[]
  languages: string[]
}

export type Band = {
  state: State
  from?: number | null
  below?: number | null
  title?: Text | null
  colour?: string | null
}

export type WorstThing = {
  indicator: string
  title: Text
  value: number | null
  unit: string
  decimals: number | null
  state: State
  band: Text | null
  where: Record<string, string> | null
  at: string | null
}

export type Field = {
  id: string
  title: Text
  description: Text
  icon: string
  owner: Text
  board: string | null
  state: State
  worst: WorstThing | null
  datasets: string[]
  stale: string[]
}

export type Freshness = {
  newest: string | null
  received: string | null
  expected_every: string | null
  state: State
  age_seconds: number | null
}

export type Quality = Record<'complete' | 'correct' | 'clean' | 'live', number | null>

export type DatasetSummary = {
  id: string
  title: Text
  description: Text
  kind: 'event' | 'entity'
  pack: string
  freshness: Freshness
  quality: Quality
  records: number
}

export type ColumnType = 'text' | 'code' | 'integer' | 'number' | 'boolean' | 'time' | 'date' | 'json'

export type DatasetColumn = {
  name: string
  title: Text
  description?: Text | null
  type: ColumnType
  unit: string | null
  required: boolean
  sensitivity: 'open' | 'internal' | 'personal' | 'sensitive'
  codes: Record<string, Text> | null
}

export type DatasetSource = { id: string; title: Text; newest: string | null; records: number }

export type Dataset = DatasetSummary & {
  columns: DatasetColumn[]
  key: string[]
  time: string
  series: string[]
  place: Record<string, string | null> | null
  expect: { every: string; within: string; series?: number | null } | null
  sources: DatasetSource[]
  checks: { name: string; say: Text }[]
}

export type RecordColumn = { name: string; title: Text; type: ColumnType; unit: string | null }
export type RecordValue = Scalar | Scalar[] | Record<string, unknown>
export type RecordPage = { columns: RecordColumn[]; rows: RecordValue[][]; next: string | null }

export type Indicator = {
  id: string
  title: Text
  short: Text | null
  unit: string
  decimals: number
  dataset: string
  dimensions: string[]
  per: Grain
  direction: 'up' | 'down' | 'none'
  bands: Band[]
  has_target: boolean
  pack: string
}

export type Query = {
  indicators: string[]
  by?: string[]
  where?: Record<string, unknown>
  time?: { from?: string; to?: string; last?: string }
  grain?: Grain
  compare?: Compare[]
  boundaries?: string
  as_of?: string
  order?: string[]
  limit?: number
  cursor?: string
}

export type AnswerColumn = {
  name: string
  title: Text
  role: 'time' | 'dimension' | 'value' | 'comparison' | 'coverage'
  type: 'time' | 'text' | 'number' | 'boolean'
  unit: string | null
  decimals: number | null
  indicator: string | null
}

export type SourceTrace = { source: string; records: number; newest: string | null; received: string | null }

export type LegalBasis = {
  number: string
  title: Text
  issued?: string | null
  article?: string | null
  valid_from?: string | null
  valid_to?: string | null
}

export type Passport = {
  indicator: string
  title: Text
  unit: string
  formula: Text
  expression: string
  legal: LegalBasis[]
  valid_from: string | null
  valid_to: string | null
  dataset: string
  dataset_title: Text
  sources: SourceTrace[]
  records: number
  newest: string | null
  received: string | null
  quality: Quality
  bands: Band[]
  direction: 'up' | 'down' | 'none'
  target: number | null
}

export type Provenance = {
  asked_at: string
  period_from: string
  period_to: string
  as_of: string | null
  boundaries: string
  time_zone: string
  demo: boolean
  indicators: Passport[]
  sql: string
  query: Query
  notes: Text[]
}

export type Answer = {
  columns: AnswerColumn[]
  rows: Scalar[][]
  provenance: Provenance
  next: string | null
}

export type LegendEntry = Band

export type Layer = {
  id: string
  title: Text
  kind: 'points' | 'areas'
  pack: string
  legend: LegendEntry[]
  unit: string | null
  decimals: number | null
  min_zoom: number
  cluster_below: number
  columns: string[]
  visible: boolean
  indicator: string | null
  dataset: string | null
  bounds: [number, number, number, number] | null
}

export type WidgetKind =
  | 'number' | 'bullet' | 'line' | 'bar' | 'area' | 'heat' | 'ranking' | 'pie' | 'table' | 'map' | 'records'
  | 'timeline' | 'status' | 'text' | 'page' | 'camera' | 'feed'

export type Widget = {
  id: string
  kind: WidgetKind
  title?: Text | null
  at: { x: number; y: number; w: number; h: number }
  indicators?: string[]
  dataset?: string | null
  layers?: string[]
  by?: string[]
  where?: Record<string, unknown>
  last?: string | null
  grain?: Grain | null
  compare?: Compare | null
  order?: string | null
  limit?: number | null
  text?: Text | null
  url?: string | null
  columns?: string[]
}

export type BoardSummary = { id: string; title: Text; description: Text | null; pack: string }
export type Board = BoardSummary & { last: string; widgets: Widget[] }

export type Area = {
  code: string
  name: string
  full_name: string
  name_en: string | null
  level: 'province' | 'commune' | 'district'
  parent: string | null
  since: string | null
  until: string | null
  centre: [number, number] | null
  area_km2: number | null
}

export type Unit = { code: string; name: Text }

export type LedgerLine = {
  day: string
  dataset: string
  source: string
  sent: number
  received: number
  stored: number
  quarantined: number
  duplicated: number
  delivered: number
  balanced: boolean
  facts: number | null
}

export type QuarantineRow = {
  id: string
  dataset: string
  source: string
  received: string
  row: number
  errors: { column: string; code: string; problem: Text }[]
  raw: Record<string, unknown>
  status: string
}

export type FactsCommitted = { dataset: string; records: number; last: string | null; areas: string[] }

export type ProblemBody = {
  type?: string
  title: string
  status: number
  detail?: string
  code: string
  title_en?: string
  detail_en?: string
  remedy?: Text
}
