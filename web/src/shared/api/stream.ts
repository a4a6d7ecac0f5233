import type { FactsCommitted } from './types'

export type Arrival = { dataset: string; records: number; at: number }
export type LiveState = {
  /** waiting: no answer yet; live: events flow; lost: the connection broke at `since`. */
  status: 'waiting' | 'live' | 'lost'
  since: number
  arrivals: readonly Arrival[]
}

type Listener = () => void
type Told = (data: unknown) => void
type Source = EventTarget & Pick<EventSource, 'close' | 'readyState'>
type Options = {
  onCommit: (datasets: readonly string[]) => void
  onReset: () => void
  /** A wall, or what is played on it, was changed. */
  onWall?: () => void
  open?: (url: string) => Source
  /** Whether the server answers. */
  reach?: () => Promise<boolean>
  now?: () => number
}

/** After this long without an event the server is asked whether it is still there: a dead line may break silently. */
export const quietFor = 30_000
const reachWithin = 10_000
const remembered = 12
const retryAfter = [1000, 2000, 5000, 10_000, 30_000]

async function serverAnswers(): Promise<boolean> {
  try {
    const answer = await fetch('/api/v1/city', { cache: 'no-store', signal: AbortSignal.timeout(reachWithin) })
    return answer.ok
  } catch {
    return false
  }
}

/** The one event stream of a page: keeps connected, counts arrivals, and says which datasets changed as soon as they did. */
export class LiveStream {
  private state: LiveState = { status: 'waiting', since: Date.now(), arrivals: [] }
  private readonly listeners = new Set<Listener>()
  private readonly alerted = new Set<Told>()
  private readonly stored = new Set<(datasets: readonly string[]) => void>()
  private source: Source | null = null
  private retry: ReturnType<typeof setTimeout> | null = null
  private quiet: ReturnType<typeof setTimeout> | null = null
  private failures = 0

  constructor(private readonly options: Options) {}

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly read = (): LiveState => this.state

  /** Hear of every alert that opens, moves on or closes. */
  readonly onAlert = (told: Told): (() => void) => {
    this.alerted.add(told)
    return () => this.alerted.delete(told)
  }

  /** Hear of which datasets records were stored, as soon as they are. */
  readonly onCommit = (told: (datasets: readonly string[]) => void): (() => void) => {
    this.stored.add(told)
    return () => this.stored.delete(told)
  }

  /** Connect, and follow what the browser knows of its network: a dead line often breaks without an error. */
  start(): void {
    window.addEventListener('offline', this.offline)
    window.addEventListener('online', this.reopen)
    this.connect()
  }

  private connect(): void {
    const open = this.options.open ?? ((url: string) => new EventSource(url))
    const source = open('/api/v1/stream?topics=facts.committed,catalog.changed,alert.changed,wall.changed')
    this.source = source
    source.addEventListener('open', () => {
      const wasLost = this.state.status === 'lost'
      this.failures = 0
      this.heard()
      this.change({ status: 'live', since: this.now() })
      if (wasLost) this.options.onReset()
    })
    source.addEventListener('error', () => {
      this.lose()
      if (source.readyState === 2) this.reconnect()
    })
    source.addEventListener('facts.committed', (event) => this.commit(event as MessageEvent<string>))
    source.addEventListener('catalog.changed', () => this.options.onReset())
    source.addEventListener('wall.changed', () => this.options.onWall?.())
    source.addEventListener('alert.changed', (event) => {
      const alert: unknown = JSON.parse((event as MessageEvent<string>).data)
      for (const told of this.alerted) told(alert)
    })
    source.addEventListener('reset', () => this.options.onReset())
  }

  stop(): void {
    window.removeEventListener('offline', this.offline)
    window.removeEventListener('online', this.reopen)
    this.disconnect()
  }

  private readonly offline = (): void => {
    this.disconnect()
    this.lose()
  }

  /** Connect anew: the network is back, or somebody else listens. */
  readonly reopen = (): void => {
    this.disconnect()
    this.connect()
  }

  private disconnect(): void {
    this.source?.close()
    this.source = null
    if (this.retry) clearTimeout(this.retry)
    if (this.quiet) clearTimeout(this.quiet)
    this.retry = null
    this.quiet = null
  }

  /** The line lives; when it stays quiet for long, see whether the server still answers. */
  private heard(): void {
    if (this.quiet) clearTimeout(this.quiet)
    const source = this.source
    this.quiet = setTimeout(() => {
      void (this.options.reach ?? serverAnswers)().then((there) => {
        if (this.source !== source || this.state.status !== 'live') return
        if (there) this.heard()
        else {
          this.lose()
          this.reconnect()
        }
      })
    }, quietFor)
  }

  private lose(): void {
    if (this.state.status !== 'lost') this.change({ status: 'lost', since: this.now() })
  }

  private now(): number {
    return (this.options.now ?? Date.now)()
  }

  private change(part: Partial<LiveState>): void {
    this.state = { ...this.state, ...part }
    for (const listener of this.listeners) listener()
  }

  private reconnect(): void {
    this.disconnect()
    const delay = retryAfter[Math.min(this.failures, retryAfter.length - 1)]
    this.failures += 1
    this.retry = setTimeout(() => this.connect(), delay)
  }

  private commit(event: MessageEvent<string>): void {
    const found = JSON.parse(event.data) as FactsCommitted | FactsCommitted[]
    const commits = Array.isArray(found) ? found : [found]
    const at = this.now()
    this.heard()
    let arrivals = this.state.arrivals
    for (const { dataset, records } of commits) {
      const before = arrivals.find((arrival) => arrival.dataset === dataset)
      const joined = before && at - before.at < 1000 ? before.records + records : records
      arrivals = [{ dataset, records: joined, at }, ...arrivals.filter((arrival) => arrival !== before)]
    }
    this.change({ arrivals: arrivals.slice(0, remembered) })
    const datasets = commits.map(({ dataset }) => dataset)
    this.options.onCommit(datasets)
    for (const told of this.stored) told(datasets)
  }
}
