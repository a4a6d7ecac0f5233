import { fireEvent, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { describe, expect, it, vi } from 'vitest'

import { useEscape, useEscapeWithin } from '@/shared/ui/escape'

function Room({ leave, ways }: { leave: () => void; ways: readonly (false | (() => void))[] }) {
  const box = useRef<HTMLDivElement>(null)
  useEscape(leave)
  useEscapeWithin(box, ways)
  return (
    <div ref={box}>
      <button type="button">inside</button>
    </div>
  )
}

describe('Escape', () => {
  it('does what is uppermost inside, and leaves only when nothing inside takes it', () => {
    const [leave, first, second] = [vi.fn(), vi.fn(), vi.fn()]
    const { rerender } = render(<Room leave={leave} ways={[false, first, second]} />)
    fireEvent.keyDown(screen.getByText('inside'), { key: 'Escape' })
    expect([first, second, leave].map((one) => one.mock.calls.length)).toEqual([1, 0, 0])

    rerender(<Room leave={leave} ways={[false, false, second]} />)
    fireEvent.keyDown(screen.getByText('inside'), { key: 'Escape' })
    expect([first, second, leave].map((one) => one.mock.calls.length)).toEqual([1, 1, 0])

    rerender(<Room leave={leave} ways={[false]} />)
    fireEvent.keyDown(screen.getByText('inside'), { key: 'Enter' })
    fireEvent.keyDown(screen.getByText('inside'), { key: 'Escape' })
    expect([first, second, leave].map((one) => one.mock.calls.length)).toEqual([1, 1, 1])
  })
})
