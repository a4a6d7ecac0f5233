import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { MapPage } from '@/features/map/map-page'

import { useTitle } from '../use-title'

const route = getRouteApi('/map')

export function MapScreen() {
  const { t } = useTranslation()
  const { passport: _passport, back: _back, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  useTitle(t('map.title'))
  return (
    <MapPage
      onSearch={(change) =>
        void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
      }
      search={search}
    />
  )
}
