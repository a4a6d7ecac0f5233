import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'

import type { ChartCanvas } from './chart-canvas'

const Canvas = lazy(() => import('./chart-canvas').then((module) => ({ default: module.ChartCanvas })))

/** A chart whose library is fetched when the first one is drawn. */
export function Chart(props: ComponentProps<typeof ChartCanvas>) {
  return (
    <Suspense fallback={<Skeleton height="100%" mih={120} radius="sm" />}>
      <Canvas {...props} />
    </Suspense>
  )
}
