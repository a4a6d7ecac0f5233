type Sample = { offset: number; doubt: number }

const kept = 8

/** The server's clock as this machine sees it: the offset of the answer that was quickest among the last few. */
export class ServerClock {
  private samples: Sample[] = []

  constructor(private readonly local: () => number = Date.now) {}

  /** Take note of a server's moment that was asked for at `sent` and came at `received` on this machine's clock. */
  learn(sent: number, received: number, server: number): void {
    const sample = { offset: server - (sent + received) / 2, doubt: Math.max(1, (received - sent) / 2) }
    const best = this.best()
    const moved = best !== null && Math.abs(sample.offset - best.offset) > sample.doubt + best.doubt + 500
    this.samples = moved ? [sample] : [...this.samples, sample].slice(-kept)
  }

  readonly now = (): number => this.local() + (this.best()?.offset ?? 0)

  private best(): Sample | null {
    return this.samples.reduce<Sample | null>((best, one) => (best === null || one.doubt < best.doubt ? one : best), null)
  }
}

export const serverClock = new ServerClock()
