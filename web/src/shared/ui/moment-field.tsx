import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'

import type { MomentPicker } from './moment-picker'

const Picker = lazy(() => import('./moment-picker').then((module) => ({ default: module.MomentPicker })))

/** A field for a moment; the calendar is fetched when it is first opened. */
export function MomentField(props: ComponentProps<typeof MomentPicker>) {
  return (
    <Suspense fallback={<Skeleton height={58} />}>
      <Picker {...props} />
    </Suspense>
  )
}
