import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { I18nextProvider } from 'react-i18next'

import { Problem } from '@/shared/api/client'
import { LiveProvider } from '@/shared/api/live'
import { i18n } from '@/shared/i18n/i18n'
import { cssVariables, theme } from '@/shared/theme/theme'

import { makeRouter } from './router'

/** Only what may pass by itself is tried again: no answer, an overload, a failing server. */
function mayPass(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 429 || error.status >= 500)
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 2 && mayPass(error),
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
const router = makeRouter(client)

export function App() {
  return (
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <MantineProvider cssVariablesResolver={cssVariables} defaultColorScheme="auto" theme={theme}>
          <QueryClientProvider client={client}>
            <LiveProvider>
              <RouterProvider router={router} />
            </LiveProvider>
          </QueryClientProvider>
        </MantineProvider>
      </I18nextProvider>
    </StrictMode>
  )
}
