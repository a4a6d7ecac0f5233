import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { SourcePage } from '@/features/sources/source-page'
import { SourcesPage } from '@/features/sources/sources-page'
import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'

import { useTitle } from '../use-title'

const listRoute = getRouteApi('/sources')
const oneRoute = getRouteApi('/sources/$id')

export function SourcesScreen() {
  const { t } = useTranslation()
  const { passport: _passport, back: _back, ...search } = listRoute.useSearch()
  const navigate = listRoute.useNavigate()
  useTitle(t('shell.sources'))
  return <SourcesPage onSearch={(change) => void navigate({ search: change, replace: true, resetScroll: false })} search={search} />
}

export function SourceScreen() {
  const { id } = oneRoute.useParams()
  const { passport: _passport, back: _back, ...search } = oneRoute.useSearch()
  const navigate = oneRoute.useNavigate()
  const format = useFormat()
  const { data: sources } = useQuery(ask.sources())
  useTitle(format.text(sources?.find((one) => one.id === id)?.title) || id)
  return (
    <SourcePage
      id={id}
      key={id}
      onRemoved={() => void navigate({ to: '/sources' })}
      onSearch={(change) => void navigate({ search: change, resetScroll: false })}
      search={search}
    />
  )
}
