import { getRouteApi, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { MapPage } from '@/features/map/map-page'

import { useTitle } from '../use-title'

const route = getRouteApi('/map')

export function MapScreen() {
  const { t } = useTranslation()
  const { passport: _passport, back: _back, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const jump = useRouterState({ select: ({ location }) => location.state.jump })
  useTitle(t('map.title'))
  return (
    <MapPage
      key={jump}
      onSearch={(change) =>
        void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false, state: true })
      }
      search={search}
    />
  )
}
