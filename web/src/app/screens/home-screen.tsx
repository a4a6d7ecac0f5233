import { getRouteApi } from '@tanstack/react-router'

import { HomePage } from '@/features/home/home-page'

import { useTitle } from '../use-title'

const route = getRouteApi('/')

export function HomeScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  useTitle(null)
  return (
    <HomePage
      onSearch={(change, replace) =>
        void navigate({ search: (before) => ({ ...before, ...change }), replace, resetScroll: false })
      }
      search={search}
    />
  )
}
