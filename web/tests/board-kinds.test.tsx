import { QueryClient } from '@tanstack/react-query'
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ask } from '@/shared/api/queries'
import type { Query } from '@/shared/api/types'
import { changeLanguage } from '@/shared/i18n/i18n'
import { BoardWidget } from '@/shared/widgets/board-widget'
import { sandboxOf } from '@/shared/widgets/page-widget'
import { recordSearch } from '@/shared/widgets/record-search'
import { endsOf } from '@/shared/widgets/timeline-widget'
import { bySureness, standing, wilson } from '@/shared/widgets/uncertainty'
import type { BoardView } from '@/shared/widgets/widget-query'

import { answerOf, datasetOf, indicator, pageOf, say, stage, widget } from './stage'

/** No canvas here: what a chart draws is tested as its option, what it says as its table. */
vi.mock('@/shared/chart/echarts-core', () => {
  const nothing = () => undefined
  const drawn = { setOption: nothing, resize: nothing, clear: nothing, dispose: nothing, on: nothing, off: nothing }
  return { openChart: () => ({ ...drawn, isDisposed: () => false, getZr: () => ({ flush: nothing, on: nothing, off: nothing }) }) }
})

const view: BoardView = { boardLast: '7d' }
const draw = (change: Parameters<typeof widget>[0]) => <BoardWidget onArea={() => undefined} view={view} widget={widget(change)} />

const received: Query = { indicators: ['d.received'], time: { last: '7d' } }
const whole = (value: number) => answerOf([['d.received', 'value']], [[value]])
const parts = (rows: [string, number | null][]) => answerOf([['channel', 'dimension'], ['d.received', 'value']], rows)
const pie = draw({ kind: 'pie', indicators: ['d.received'], by: ['channel'] })
const dossier = datasetOf({ id: 'd.dossier' })

describe('a pie', () => {
  const given = (rows: [string, number | null][], total: number, stale?: number) => ({
    indicators: [indicator({})], datasets: [dossier], stale,
    answers: [[{ ...received, by: ['channel'] }, parts(rows)], [received, whole(total)]] as [Query, ReturnType<typeof whole>][],
  })

  it('says each part with its amount and share in a table', async () => {
    await stage(pie, given([['bưu chính', 5], ['trực tuyến', 70], ['trực tiếp', 25]], 100))
    const rows = screen.getAllByRole('row').slice(1)
    expect(rows.map((row) => row.textContent)).toEqual(['trực tuyến7070,0 %', 'trực tiếp2525,0 %', 'bưu chính55,0 %'])
    expect(document.querySelectorAll('svg path[style]')).toHaveLength(3)
  })

  it('is drawn as bars, and says why, where the values are no parts of one whole', async () => {
    await stage(pie, given([['a', 95], ['b', 93]], 94))
    expect(screen.getByText('Các giá trị không cộng lại thành một tổng, nên vẽ bằng thanh.')).toBeDefined()
    expect(screen.queryByRole('table')).toBeNull()
    expect(screen.getAllByRole('listitem')).toHaveLength(2)
  })

  it('is drawn as bars with more than six parts', async () => {
    await stage(pie, given([1, 2, 3, 4, 5, 6, 7].map((place) => [`k${place}`, 10]), 70))
    expect(screen.getByText(/^Có 7 phần, nhiều hơn 6/)).toBeDefined()
  })

  it('is empty, or old, as every other widget', async () => {
    await stage(pie, given([['a', null]], 0))
    expect(screen.getByText('Không có số liệu trong khoảng này')).toBeDefined()
    cleanup()
    await stage(pie, given([['a', 1]], 1, 7200))
    expect(screen.getByText('Số cũ 2 giờ')).toBeDefined()
  })

  it('speaks English', async () => {
    await changeLanguage('en')
    await stage(pie, given([['a', 95], ['b', 93]], 94))
    expect(screen.getByText(/do not add up to one whole/)).toBeDefined()
    await changeLanguage('vi')
  })
})

describe('a chart', () => {
  it('has its figures in a table, newest first', async () => {
    const query: Query = { ...received, grain: 'day' }
    await stage(draw({ kind: 'line', indicators: ['d.received'], grain: 'day' }), {
      indicators: [indicator({})], datasets: [dossier],
      answers: [[query, answerOf([['time', 'time'], ['d.received', 'value']], [['2026-11-20', 3], ['2026-11-21', null]])]],
    })
    const button = screen.getByRole('button', { name: 'Hồ sơ tiếp nhận: dạng bảng' })
    expect(button.getAttribute('aria-pressed')).toBe('false')
    fireEvent.click(button)
    expect(button.getAttribute('aria-pressed')).toBe('true')
    const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1)
    expect(rows.map((row) => row.textContent)).toEqual(['21/11/2026—', '20/11/20263'])
  })
})

describe('tiles of states', () => {
  it('put the worst first and never speak by colour alone', async () => {
    const bands = [
      { state: 'good', from: null, below: 100, title: say('Tốt') },
      { state: 'bad', from: 100, below: null, title: say('Xấu') },
    ]
    const query: Query = { ...received, by: ['station'], grain: 'hour', time: { last: '6h' } }
    const answer = answerOf(
      [['time', 'time'], ['station', 'dimension'], ['d.received', 'value']],
      [['2026-11-22T01:00:00Z', 'A', 40], ['2026-11-22T01:00:00Z', 'B', 120], ['2026-11-22T02:00:00Z', 'B', null], ['2026-11-22T02:00:00Z', 'C', null]],
    )
    Object.assign(answer.provenance.indicators[0] ?? {}, { bands })
    await stage(draw({ kind: 'status', indicators: ['d.received'], by: ['station'], grain: 'hour', last: '6h' }), {
      indicators: [indicator({ per: 'hour' })], datasets: [dossier], answers: [[query, answer]],
    })
    const said = screen.getAllByRole('listitem').map((item) => item.textContent)
    expect(said.map((text) => text?.[0])).toEqual(['B', 'C', 'A'])
    expect(said[0]).toContain('Nghiêm trọng')
    expect(said[0]).toContain('Xấu')
    expect(said[1]).toContain('Chưa có số')
  })
})

describe('uncertainty', () => {
  it('is Wilson’s: 10 of 20 lie between 29.9 % and 70.1 %, 0 of 10 between 0 and 27.8 %', () => {
    expect(wilson(0.5, 20).map((end) => Number(end.toFixed(3)))).toEqual([0.299, 0.701])
    expect(wilson(0, 10).map((end) => Number(end.toFixed(3)))).toEqual([0, 0.278])
    expect(wilson(0.5, 0)).toEqual([0, 1])
  })

  it('keeps few cases from being the worst', () => {
    const few = { name: 'few', value: 33.3, interval: wilson(1 / 3, 3) }
    const many = { name: 'many', value: 60, interval: wilson(0.6, 400) }
    const none = { name: 'none', value: null, interval: wilson(0, 0) }
    expect(bySureness([few, none, many], 'up', true).map(({ name }) => name)).toEqual(['many', 'few', 'none'])
    expect(standing(few.interval, 0.75)).toBe('alike')
    expect(standing(many.interval, 0.75)).toBe('below')
    expect(standing([0.95, 0.97], 0.9)).toBe('above')
  })

  it('stands in the ranking in words', async () => {
    const query: Query = { indicators: ['d.rate', 'd.cases'], by: ['unit'], time: { last: '7d' } }
    await stage(draw({ kind: 'ranking', indicators: ['d.rate', 'd.cases'], by: ['unit'], order: 'rate', limit: 2 }), {
      indicators: [
        indicator({ id: 'd.rate', unit: '%', decimals: 1, direction: 'up', ranking: 'funnel', title: say('Đúng hạn') }),
        indicator({ id: 'd.cases', short: say('Số hồ sơ') }),
      ],
      datasets: [dossier],
      answers: [
        [query, answerOf([['unit', 'dimension'], ['d.rate', 'value', '%'], ['d.cases', 'value']], [['Ít', 50, 2], ['Nhiều', 60, 400], ['Tốt', 99, 500]])],
        [{ indicators: query.indicators, time: query.time }, answerOf([['d.rate', 'value', '%'], ['d.cases', 'value']], [[90, 904]])],
      ],
    })
    const said = screen.getAllByRole('listitem').map((item) => item.textContent)
    expect(said).toHaveLength(2)
    expect(said[0]).toContain('Nhiều')
    expect(said[0]).toContain('thấp hơn mức chung')
    expect(said[1]).toContain('Ít')
    expect(said[1]).toContain('chưa khác mức chung')
    expect(said[1]).toContain('từ 9,5 % đến 90,5 %')
  })
})

const air = datasetOf({ id: 'e.air' })
const airColumns: Parameters<typeof pageOf>[0] = [
  ['time', 'Thời điểm đo', 'time'], ['station', 'Trạm', 'code'], ['pm25', 'Bụi PM2.5', 'number', 'µg/m³'],
]
const row = (minute: number, station: string, pm25: number | null) => [`2026-11-22T01:${String(minute).padStart(2, '0')}:00Z`, station, pm25]

describe('a feed', () => {
  const search = { limit: 25, order: '-time', as_of: undefined }
  const key = ask.records('e.air', search).queryKey
  const feed = draw({ kind: 'feed', dataset: 'e.air', columns: ['station', 'pm25'] })

  it('marks what comes in, and can be held to read', async () => {
    const client = new QueryClient()
    client.setQueryData(key, pageOf(airColumns, [row(1, 'A', 40)]))
    await stage(feed, { datasets: [air] }, client)
    const list = screen.getByRole('list')
    expect(within(list).getAllByRole('listitem')).toHaveLength(1)
    expect(within(list).queryByText('mới')).toBeNull()
    expect(list.textContent).toContain('Bụi PM2.5: 40 µg/m³')
    client.setQueryData(key, pageOf(airColumns, [row(2, 'B', null), row(1, 'A', 40)]))
    await screen.findByText('mới')
    const entries = within(screen.getByRole('list')).getAllByRole('listitem')
    expect(entries[0]?.textContent).toContain('Bmới')
    expect(entries[0]?.textContent).not.toContain('PM2.5')
    const hold = screen.getByRole('button', { name: /giữ yên danh sách để đọc/ })
    fireEvent.click(hold)
    expect(hold.getAttribute('aria-pressed')).toBe('true')
    client.setQueryData(key, pageOf(airColumns, [row(3, 'C', 1), row(2, 'B', null)]))
    await screen.findByText('Đang giữ yên; 1 bản ghi mới đang chờ')
    expect(screen.getByRole('list').textContent).not.toContain('C')
    fireEvent.click(hold)
    expect(screen.getByRole('list').textContent).toContain('C')
  })

  it('says what will come where nothing came', async () => {
    const client = new QueryClient()
    client.setQueryData(key, pageOf(airColumns, []))
    await stage(feed, { datasets: [air] }, client)
    expect(screen.getByText('Chưa có bản ghi nào')).toBeDefined()
  })
})

describe('a timeline', () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-22T03:00:00Z'), toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  it('has its records in a table, and says that older ones are left out', async () => {
    const client = new QueryClient()
    const [from] = endsOf({ last: '7d' }, Date.now())
    const search = {
      device: ['01', '02'], as_of: undefined, from: new Date(from).toISOString(), to: undefined,
      columns: 'time,station,pm25', order: '-time', limit: 500,
    }
    client.setQueryData(ask.records('e.air', search).queryKey, pageOf(airColumns, [row(9, 'B', 5), row(1, 'A', 40)], 'more'))
    await stage(
      draw({ kind: 'timeline', dataset: 'e.air', by: ['station'], columns: ['pm25'], where: { device: ['01', '02'] } }),
      { datasets: [air] }, client,
    )
    expect(screen.getByText(/^Chỉ vẽ 2 bản ghi mới nhất/)).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Chất lượng không khí: dạng bảng' }))
    expect(within(screen.getByRole('table')).getAllByRole('row').slice(1).map((one) => one.textContent)).toEqual([
      '22/11/2026 08:09B5', '22/11/2026 08:01A40',
    ])
  })

  it('asks again only as its beginning moves on by a step', () => {
    const now = Date.now()
    expect(endsOf({ last: '7d' }, now)[0]).toBe(endsOf({ last: '7d' }, now + 60_000)[0])
    expect(endsOf({ last: '7d' }, now)[0]).toBeLessThan(endsOf({ last: '7d' }, now + 3_600_000)[0])
    expect(endsOf({ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }, now)).toEqual([
      Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-02-01T00:00:00Z'),
    ])
  })
})

describe('filters of records', () => {
  it('are one value, several, or bounds', () => {
    const where = { station: 'A', status: ['01', '02'], pm25: { ge: 50, lt: null } }
    expect(recordSearch(widget({ where }), { ...view, area: '11632' }, false)).toEqual({
      station: 'A', status: ['01', '02'], 'pm25.ge': 50, area: '11632', as_of: undefined,
    })
  })

  it('take the drawn part of the map where records have a position', () => {
    const drawn = { ...view, shape: { kind: 'polygon' as const, at: [[106, 20], [107, 20], [107, 21]] as [number, number][] } }
    expect(recordSearch(widget({}), drawn, true)).toEqual({ 'place.within': '106 20,107 20,107 21', as_of: undefined })
    expect(recordSearch(widget({}), drawn, false)).toEqual({ as_of: undefined })
  })
})

describe('a page of another system', () => {
  const page = draw({ kind: 'page', title: say('Bản đồ quy hoạch'), url: 'https://gis.example.vn/map' })

  it('asks nothing of that system before the reader presses, and then stays in a sandbox', async () => {
    await stage(page)
    expect(document.querySelector('iframe')).toBeNull()
    expect(screen.getByRole('link', { name: 'Mở gis.example.vn ở thẻ mới' }).getAttribute('rel')).toBe('noopener noreferrer')
    fireEvent.click(screen.getByRole('button', { name: 'Hiện trang ở đây' }))
    const frame = document.querySelector('iframe')
    expect(frame?.title).toBe('Bản đồ quy hoạch')
    expect(frame?.getAttribute('sandbox')).toBe(sandboxOf('https://gis.example.vn/map', location.origin))
    fireEvent.click(screen.getByRole('button', { name: 'Ẩn trang' }))
    expect(document.querySelector('iframe')).toBeNull()
  })

  it('says so when the browser refuses its address', async () => {
    await stage(page)
    fireEvent.click(screen.getByRole('button', { name: 'Hiện trang ở đây' }))
    const refusal = Object.assign(new Event('securitypolicyviolation'), {
      effectiveDirective: 'frame-src', blockedURI: 'https://gis.example.vn/map',
    })
    act(() => void document.dispatchEvent(refusal))
    expect(screen.getByRole('alert').textContent).toContain('Địa chỉ này không được phép nhúng')
    expect(document.querySelector('iframe')).toBeNull()
  })

  it('never gives our own origin its scripts and its storage at once', () => {
    expect(sandboxOf('https://city.example.vn/docs', 'https://city.example.vn')).not.toContain('allow-same-origin')
    expect(sandboxOf('https://gis.example.vn/', 'https://city.example.vn')).toContain('allow-same-origin')
  })

  it('says what is missing where no address is declared, or one that is no page', async () => {
    await stage(draw({ kind: 'page', url: 'javascript:alert(1)' }))
    expect(screen.getByText('Chưa khai báo địa chỉ')).toBeDefined()
    expect(screen.queryByRole('link')).toBeNull()
  })
})

describe('a camera', () => {
  it('says where it will stand, and that none is connected', async () => {
    await stage(draw({ kind: 'camera', title: say('Cầu Bính'), text: say('Phường Hồng Bàng') }))
    expect(screen.getByRole('article', { name: 'Cầu Bính' }).textContent).toContain('Chưa có kết nối camera')
    expect(screen.getByText('Phường Hồng Bàng')).toBeDefined()
    expect(screen.getByText('Chưa kết nối')).toBeDefined()
    expect(screen.queryByRole('button')).toBeNull()
  })
})
