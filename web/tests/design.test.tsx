import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { contrast } from '@/features/design/contrast'
import { readDesignSearch } from '@/features/design/design-search'
import { sampleClient, type WidgetState } from '@/features/design/sample-client'
import { samples } from '@/features/design/sample-widgets'
import { findItems, searchItems } from '@/features/search/search-items'
import { HasPassport } from '@/shared/passport/use-passport'
import { BoardWidget } from '@/shared/widgets/board-widget'

import { city, say, stage } from './stage'

/** No canvases here. */
vi.mock('@/shared/chart/echarts-core', () => {
  const nothing = () => undefined
  const drawn = { setOption: nothing, resize: nothing, clear: nothing, dispose: nothing, on: nothing, off: nothing }
  return { openChart: () => ({ ...drawn, isDisposed: () => false, getZr: () => ({ flush: nothing, on: nothing, off: nothing }) }) }
})
vi.mock('@/shared/map/map-canvas', () => ({ MapCanvas: () => null }))

const known = samples({ title: say('Ô mẫu'), body: say('Một đoạn.'), place: say('Nơi đặt') })

describe('the design system', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('shows every kind of widget', () => {
    expect(new Set(known.map(({ kind }) => kind)).size).toBe(17)
  })

  it.each(known.map((one) => [one.kind, one] as const))('draws %s in each of its states without asking the server', async (kind, one) => {
    const asked = vi.fn(() => Promise.reject(new TypeError('no network here')))
    vi.stubGlobal('fetch', asked)
    for (const state of one.states) {
      const url = kind === 'page' && state === 'empty' ? null : one.widget.url
      await stage(
        <QueryClientProvider client={sampleClient(state, city)}>
          <HasPassport value={false}>
            <BoardWidget onArea={() => undefined} view={{ boardLast: '7d' }} widget={{ ...one.widget, url, id: 'w', kind, at: { x: 0, y: 0, w: 4, h: 4 } }} />
          </HasPassport>
        </QueryClientProvider>,
      )
      const frame = screen.getByRole('article')
      const says: Record<WidgetState, () => Promise<unknown> | unknown> = {
        loading: () => within(frame).getByText('Đang tải'),
        empty: () => within(frame).findByText(/^(Không có|Chưa có|Chưa khai báo)/),
        error: () => within(frame).findByText('Máy chủ đang quá tải.'),
        stale: () => within(frame).findByText('Số cũ 2 giờ'),
        ready: () => vi.waitFor(() => expect(within(frame).queryByText('Đang tải')).toBeNull()),
      }
      expect(await says[state](), `${kind} ${state}`).not.toBeNull()
      expect(within(frame).queryByRole('button', { name: /^Hộ chiếu/ })).toBeNull()
      cleanup()
    }
    expect(asked).not.toHaveBeenCalled()
  })

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#fff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
    expect(contrast('red', '#ffffff')).toBeNull()
  })

  it('keeps theme and kind in its address', () => {
    expect(readDesignSearch({ theme: 'wall', kind: 'pie' })).toEqual({ theme: 'wall', kind: 'pie' })
    expect(readDesignSearch({ theme: 'pink', kind: 3 })).toEqual({ theme: undefined, kind: undefined })
  })

  it('is found with and without diacritics', () => {
    const pages = [{ id: '/design', title: say('Hệ thiết kế', 'Design system'), hint: say(''), icon: 'palette' }]
    const items = searchItems({ fields: [], boards: [], indicators: [], datasets: [], areas: [], pages }, 'vi')
    expect(findItems(items, 'he thiet ke')[0]?.id).toBe('/design')
    expect(findItems(items, 'design')[0]?.id).toBe('/design')
  })
})
