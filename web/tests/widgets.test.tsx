import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { describe, expect, it, vi } from 'vitest'

import { Problem } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import type { City } from '@/shared/api/types'
import { changeLanguage } from '@/shared/i18n/i18n'
import { Change } from '@/shared/ui/change'
import { Figure } from '@/shared/ui/figure'
import { StateMark } from '@/shared/ui/state-mark'
import { TrustChip } from '@/shared/ui/trust-chip'
import { WidgetFrame } from '@/shared/ui/widget-frame'

const city: City = {
  title: { vi: 'Hải Phòng', en: 'Hai Phong' }, area: '31', time_zone: 'Asia/Ho_Chi_Minh', demo: true, centre: null, zoom: 9, basemap: null, bounds: null, catalog: '0', progress: {},
  version: '0', now: '2026-11-22T00:00:00Z', alarms: [], languages: ['vi', 'en'],
}

function show(children: ReactNode) {
  const client = new QueryClient()
  client.setQueryData(ask.city().queryKey, city)
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <Suspense>{children}</Suspense>
      </QueryClientProvider>
    </MantineProvider>,
  )
}

describe('the five states of a widget', () => {
  it('loading says so', () => {
    show(<WidgetFrame status={{ kind: 'loading' }} title="AQI" />)
    expect(screen.getByRole('article', { name: 'AQI' }).getAttribute('aria-busy')).toBe('true')
    expect(screen.getByText('Đang tải')).toBeDefined()
  })

  it('empty says what to do', () => {
    show(<WidgetFrame status={{ kind: 'empty' }} title="AQI" />)
    expect(screen.getByText('Không có số liệu trong khoảng này')).toBeDefined()
    expect(screen.getByText(/khoảng thời gian dài hơn/)).toBeDefined()
  })

  it('error gives code, remedy and a way to try again', () => {
    const retry = vi.fn()
    const error = new Problem({
      title: 'Quá tải', status: 503, code: 'query_too_heavy', detail: 'Truy vấn quá nặng.',
      remedy: { vi: 'Chọn khoảng ngắn hơn.', en: 'Choose a shorter period.' },
    })
    show(<WidgetFrame status={{ kind: 'error', error, retry }} title="AQI" />)
    expect(screen.getByRole('alert').textContent).toContain('Truy vấn quá nặng.')
    expect(screen.getByText('Chọn khoảng ngắn hơn.')).toBeDefined()
    expect(screen.getByText('query_too_heavy')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Thử lại' }))
    expect(retry).toHaveBeenCalledOnce()
  })

  it('stale shows its age beside the content', () => {
    show(
      <WidgetFrame staleFor={7200} status={{ kind: 'ready' }} title="AQI">
        89
      </WidgetFrame>,
    )
    expect(screen.getByText('Số cũ 2 giờ')).toBeDefined()
    expect(screen.getByText('89')).toBeDefined()
  })

  it('ready shows the content alone', () => {
    show(
      <WidgetFrame status={{ kind: 'ready' }} title="AQI">
        89
      </WidgetFrame>,
    )
    expect(screen.queryByText(/Số cũ/)).toBeNull()
  })
})

describe('figures', () => {
  it('write the unit, and never draw a missing value as zero', () => {
    show(<Figure decimals={1} unit="µg/m³" value={1234.5} />)
    expect(document.body.textContent).toContain('1.234,5')
    expect(document.body.textContent).toContain('µg/m³')
    show(<Figure unit="%" value={null} />)
    expect(screen.getByText('Chưa có số')).toBeDefined()
  })

  it('say a comparison in words, and whether it is better', () => {
    show(<Change decimals={1} direction="down" now={60} than={{ kind: 'previous', value: 55 }} unit="AQI" />)
    expect(document.body.textContent).toContain('Cao hơn 5,0 AQI so với kỳ trước')
    expect(document.body.textContent).toContain('xấu đi')
  })

  it('speak of percentage points between percentages, and of reaching a target', () => {
    show(<Change decimals={1} direction="up" now={97} than={{ kind: 'target', value: 95 }} unit="%" />)
    expect(document.body.textContent).toContain('Cao hơn 2,0 điểm % so với mục tiêu')
    expect(document.body.textContent).toContain('đạt mục tiêu')
  })

  it('never show a state by colour alone', () => {
    show(<StateMark state="bad" word={false} />)
    expect(screen.getByText('Nghiêm trọng')).toBeDefined()
    expect(document.querySelector('path')?.getAttribute('d')).toContain('M1 1h10')
  })

  it('name the four scores, and what is not scored', () => {
    show(<TrustChip quality={{ complete: 0.98, correct: 1, clean: 0.6, live: null }} />)
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
      'Độ tin cậy: Đủ 98 %, Đúng 100 %, Sạch 60 %, Sống chưa chấm',
    )
  })

  it('speak English when asked to', async () => {
    await changeLanguage('en')
    show(<Figure decimals={1} unit="%" value={1234.5} />)
    expect(document.body.textContent).toContain('1,234.5')
    expect(document.documentElement.lang).toBe('en')
    await changeLanguage('vi')
  })
})
