import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { RemotePage } from '@/features/wall/remote-page'
import { WallPage } from '@/features/wall/wall-page'
import { WallsPage } from '@/features/wall/walls-page'

import { useTitle } from '../use-title'

const wallsRoute = getRouteApi('/walls')
const remoteRoute = getRouteApi('/walls/$id/remote')
const wallRoute = getRouteApi('/wall/$display')

export function WallsScreen() {
  const { t } = useTranslation()
  const { passport: _passport, ...search } = wallsRoute.useSearch()
  const navigate = wallsRoute.useNavigate()
  useTitle(t('wall.walls'))
  return <WallsPage onSearch={(change) => void navigate({ search: change, resetScroll: false })} search={search} />
}

export function RemoteScreen() {
  const { t } = useTranslation()
  const { id } = remoteRoute.useParams()
  useTitle(t('wall.remote'))
  return <RemotePage id={id} key={id} />
}

export function WallScreen() {
  const { display } = wallRoute.useParams()
  useTitle(display)
  return <WallPage key={display} name={display} />
}
