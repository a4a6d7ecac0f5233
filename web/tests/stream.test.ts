import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { LiveStream, quietFor } from '@/shared/api/stream'

class FakeSource extends EventTarget {
  readyState = 1
  closed = false
  close() {
    this.closed = true
  }
  commit(dataset: string, records = 1) {
    this.dispatchEvent(
      new MessageEvent('facts.committed', { data: JSON.stringify({ dataset, records, last: null, areas: [] }) }),
    )
  }
}

describe('the event stream', () => {
  let sources: FakeSource[] = []
  const open = () => {
    const source = new FakeSource()
    sources.push(source)
    return source
  }

  beforeEach(() => {
    sources = []
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('tells of each commit at once and adds up what arrives', () => {
    const onCommit = vi.fn()
    const stream = new LiveStream({ onCommit, onReset: vi.fn(), open })
    stream.start()
    sources[0]?.dispatchEvent(new Event('open'))
    sources[0]?.commit('a.b', 3)
    expect(onCommit).toHaveBeenCalledWith(['a.b'])
    sources[0]?.commit('a.b', 4)
    sources[0]?.commit('a.c')
    expect(onCommit).toHaveBeenLastCalledWith(['a.c'])
    expect(stream.read().arrivals).toMatchObject([{ dataset: 'a.c', records: 1 }, { dataset: 'a.b', records: 7 }])
    stream.stop()
  })

  it('tells whoever listens which datasets grew, and listens anew when somebody else is signed in', () => {
    const [told, later] = [vi.fn(), vi.fn()]
    const stream = new LiveStream({ onCommit: vi.fn(), onReset: vi.fn(), open })
    const forget = stream.onCommit(told)
    stream.onCommit(later)
    stream.start()
    sources[0]?.commit('a.b')
    forget()
    stream.reopen()
    expect(sources[0]?.closed).toBe(true)
    sources[1]?.commit('a.c')
    expect(told.mock.calls).toEqual([[['a.b']]])
    expect(later.mock.calls).toEqual([[['a.b']], [['a.c']]])
    stream.stop()
  })

  it('says that it is lost, tries again, and asks everything anew once it is back', () => {
    const onReset = vi.fn()
    const stream = new LiveStream({ onCommit: vi.fn(), onReset, open })
    stream.start()
    sources[0]?.dispatchEvent(new Event('open'))
    expect(stream.read().status).toBe('live')
    sources[0]!.readyState = 2
    sources[0]?.dispatchEvent(new Event('error'))
    expect(stream.read().status).toBe('lost')
    expect(sources[0]?.closed).toBe(true)
    vi.advanceTimersByTime(1000)
    expect(sources).toHaveLength(2)
    sources[1]?.dispatchEvent(new Event('open'))
    expect(stream.read().status).toBe('live')
    expect(onReset).toHaveBeenCalledTimes(1)
    stream.stop()
  })

  it('believes the browser when it says that the network is gone', () => {
    const stream = new LiveStream({ onCommit: vi.fn(), onReset: vi.fn(), open })
    stream.start()
    sources[0]?.dispatchEvent(new Event('open'))
    window.dispatchEvent(new Event('offline'))
    expect(stream.read().status).toBe('lost')
    window.dispatchEvent(new Event('online'))
    expect(sources).toHaveLength(2)
    stream.stop()
    window.dispatchEvent(new Event('online'))
    expect(sources).toHaveLength(2)
  })

  it('asks after a long silence whether the server is there, and says that it is lost when it is not', async () => {
    const answers = [true, false]
    const reach = vi.fn(() => Promise.resolve(answers.shift() ?? true))
    const stream = new LiveStream({ onCommit: vi.fn(), onReset: vi.fn(), open, reach })
    stream.start()
    sources[0]?.dispatchEvent(new Event('open'))
    await vi.advanceTimersByTimeAsync(quietFor - 10)
    sources[0]?.commit('a.b')
    await vi.advanceTimersByTimeAsync(quietFor - 10)
    expect(reach).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(10)
    expect(reach).toHaveBeenCalledTimes(1)
    expect(stream.read().status).toBe('live')
    await vi.advanceTimersByTimeAsync(quietFor)
    expect(stream.read().status).toBe('lost')
    expect(sources[0]?.closed).toBe(true)
    await vi.advanceTimersByTimeAsync(1000)
    sources[1]?.dispatchEvent(new Event('open'))
    expect(stream.read().status).toBe('live')
    stream.stop()
  })
})
