import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

import { startI18n } from '@/shared/i18n/i18n'

await startI18n()
afterEach(cleanup)

if (!('matchMedia' in window) || typeof window.matchMedia !== 'function') {
  Object.defineProperty(window, 'matchMedia', {
    value: (query: string) => ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }),
  })
}
