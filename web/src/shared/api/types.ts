/**
 * Names for the shapes of /api/v1, which openapi.d.ts is generated from. `Narrow` only closes in on what the API says
 * in words (a state is one of four): a field that the API does not have, or gives another type, does not compile.
 */
import type { components } from './openapi'

type Api = components['schemas']
type Narrow<Base, Closer extends Partial<Base>> = Omit<Base, keyof Closer> & Closer
type Whole<Base> = { [Name in keyof Base]-?: Exclude<Base[Name], undefined> }

export type Text = Api['Text']
export type State = 'good' | 'watch' | 'bad' | 'unknown'
export type Scalar = string | number | boolean | null
export type Direction = 'up' | 'down' | 'none'
export type Grain = 'minute' | 'quarter_hour' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'
export type Compare = 'previous' | 'year' | 'target'
export type ColumnType = 'text' | 'code' | 'integer' | 'number' | 'boolean' | 'time' | 'date' | 'json'
export type Sensitivity = 'open' | 'internal' | 'personal' | 'sensitive'

export type Viewer = Narrow<Api['ViewerShape'], { kind: 'user' | 'key' | 'public' | 'system' }>
export type Session = Narrow<Api['SessionShape'], { viewer: Viewer }>
export type City = Api['CityShape']
export type Basemap = Api['Basemap']
/** A value that the server refused, and why. */
export type WrongValue = { where: string; problem: Text }
/** `code` is one of the server's, or one of the page's own, such as `offline`. */
export type ProblemBody = Partial<Omit<Api['Problem'], 'code'>> & {
  title: string
  status: number
  code: string
  otp_required?: boolean
  setting?: string
  errors?: WrongValue[]
}

export type Band = Partial<Api['Band']> & { state: State }
export type LegendEntry = Band
export type WorstThing = Omit<Api['WorstShape'], 'state' | 'query'> & { state: State; query: Query }
export type Field = Omit<Api['FieldShape'], 'state' | 'worst' | 'figures'> & { state: State; worst: WorstThing | null; figures: WorstThing[] }

export type Freshness = Narrow<Api['FreshnessShape'], { state: State }>
export type Quality = Whole<Api['Quality']>
type Kept = { freshness: Freshness; quality: Quality }
export type DatasetSummary = Narrow<Api['DatasetBrief'], Kept>
export type DatasetColumn = Narrow<Api['ColumnShape'], { type: ColumnType; sensitivity: Sensitivity }>
export type Dataset = Narrow<
  Api['DatasetShape'],
  Kept & { columns: DatasetColumn[]; expect: { every: string; within: string; series?: number | null } | null }
>

export type Coverage = Whole<Api['CoverageShape']>
export type RecordColumn = Narrow<Api['RecordColumnShape'], { type: ColumnType }>
export type RecordValue = Scalar | Scalar[] | Record<string, unknown>
export type RecordPage = Omit<Api['RecordsShape'], 'rows' | 'columns'> & { columns: RecordColumn[]; rows: RecordValue[][] }
export type LedgerLine = Api['LedgerLineShape']
export type QuarantineRow = Api['QuarantinedShape']
export type QuarantineGroup = Api['GroupShape']

export type SourceHealth = Api['SourceLine']['health']
export type SourceProblem = Api['ProblemShape']
export type SourceLine = Narrow<Api['SourceLine'], { state: State }>
export type SourceDetail = Omit<Api['SourceDetail'], 'declaration' | 'state'> & { declaration: Declaration | null; state: State }
export type SourceRun = Api['RunShape']
export type SourceFeeds = Api['SourceFeeds']
export type SourceSample = Api['SampleShape']
export type SampleRow = Api['SampleRow']
export type SourceChoice = Api['ChoiceShape']
export type Connector = Api['ConnectorShape']
/** How a column is filled: from a raw field or by an expression. */
export type Mapped = {
  field?: string | null
  expression?: string | null
  unit?: string | null
  codes?: Record<string, string> | null
  empty?: readonly string[]
}
/** The keys of sources/*.yaml. */
export type Declaration = {
  title: Text
  dataset: string
  connector: string
  settings?: Record<string, unknown>
  format?: string | null
  fields?: Record<string, ColumnType>
  map?: Record<string, Mapped>
  time_zone?: string | null
  every?: string | null
  unit?: string | null
}

export type Indicator = Narrow<Api['IndicatorBrief'], { bands: Whole<Band>[]; direction: Direction; per: Grain; ranking: 'plain' | 'funnel' }>
export type IndicatorDetail = Api['IndicatorShape']
export type Condition = Scalar | Scalar[] | Partial<Omit<Api['Bounds'], 'within'> & { within: [number, number][] }>
export type Query = Partial<Omit<Api['Query'], 'time' | 'where'>> & {
  indicators: string[]
  time?: Partial<Api['TimeRange']>
  where?: Record<string, Condition>
}
export type AnswerColumn = Whole<Api['AnswerColumn']>
export type SourceTrace = Api['SourceTrace']
export type LegalBasis = {
  number: string
  title: Text
  issued?: string | null
  article?: string | null
  valid_from?: string | null
  valid_to?: string | null
}
/** Who approved a formula. */
export type Approval = { by: Text; on: string; document?: string | null }
export type Passport = Narrow<
  Whole<Api['Passport']>,
  { approved: Approval | null; bands: Band[]; direction: Direction; legal: LegalBasis[]; quality: Quality }
>
export type Provenance = Narrow<Whole<Api['Provenance']>, { indicators: Passport[]; query: Query }>
export type Answer = Narrow<
  Whole<Api['AnswerShape']>,
  { columns: AnswerColumn[]; rows: Scalar[][]; provenance: Provenance }
>

export type TrackPart = Api['TrackPart']
export type Track = Api['TrackShape']
export type TrackSet = Api['TracksShape']
export type Layer = Narrow<Api['LayerShape'], { kind: 'points' | 'tracks' | 'areas'; legend: Whole<LegendEntry>[] }>
export type Widget = Partial<Api['Widget']> & Pick<Api['Widget'], 'id' | 'kind' | 'at'>
export type WidgetKind = Widget['kind']
export type BoardSummary = Pick<Api['BoardBrief'], 'id' | 'title' | 'description' | 'pack'>
export type Board = Omit<Api['BoardShape'], 'widgets'> & { widgets: Widget[] }
export type Share = Api['ShareShape']
export type BoardVersion = Api['VersionShape']
export type FoundArea = Narrow<Api['FoundArea'], { became?: Api['Successor'][] }>
export type Area = Omit<FoundArea, 'above' | 'became'>
export type AreaDetail = Api['AreaDetail']
export type Thing = Api['ThingShape']
export type Unit = Pick<Api['UnitShape'], 'code' | 'name'>

export type WallItem = Narrow<Whole<Api['WallItem']>, { last: string | null }>
export type WallAlarm = Whole<Api['WallAlarm']>
export type WallControl = Whole<Api['Control']>
export type WallCommand = Partial<Api['Command']> & Pick<Api['Command'], 'do'>
export type Wall = Narrow<Api['WallShape'], { items: WallItem[]; alarm: WallAlarm; control: WallControl }>
export type WallDisplay = Narrow<Api['DisplayBrief'], { state: State }>
export type Playing = Narrow<Api['Playing'], { state: State; plays: Wall | null }>
export type WallReport = Api['Report']

export type SubmissionState = Api['SubmissionShape']['state']
export type SubmissionStep = Api['StepWanted']['step']
export type FigureStatus = NonNullable<Api['SubmissionShape']['status']>
export type FormColumn = Narrow<Api['FormColumn'], { type: ColumnType }>
export type EntryForm = Narrow<Api['FormShape'], { columns: FormColumn[] }>
export type Duty = Api['DutyShape']
export type EntryRow = Record<string, Scalar>
export type Remark = Api['RemarkShape']
export type StepTaken = Api['TakenShape']
export type Submission = Narrow<
  Api['SubmissionShape'],
  { form: EntryForm; rows: EntryRow[]; before: (EntryRow | null)[]; year_before: (EntryRow | null)[]; steps: SubmissionStep[] }
>
export type Delegation = Api['DelegationShape']
export type DelegationList = Api['DelegationList']

/** Events of the stream, which OpenAPI does not describe. */
export type AlertChanged = { alert: string; state: string; severity: string; rule: string }
export type FactsCommitted = { dataset: string; records: number; last: string | null; areas: string[] }
