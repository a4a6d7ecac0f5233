import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { DesignPage } from '@/features/design/design-page'

import { useTitle } from '../use-title'

const route = getRouteApi('/design')

export function DesignScreen() {
  const { t } = useTranslation()
  const { theme, kind } = route.useSearch()
  const navigate = route.useNavigate()
  useTitle(t('design.title'))
  return (
    <DesignPage
      onSearch={(change) =>
        void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false })
      }
      search={{ theme, kind }}
    />
  )
}
