import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { EditSourcePage } from '@/features/sources/editor/edit-source-page'
import { NewSourcePage } from '@/features/sources/editor/new-source-page'

import { useTitle } from '../use-title'

const newRoute = getRouteApi('/sources/new')
const editRoute = getRouteApi('/sources/$id/edit')

export function NewSourceScreen() {
  const { t } = useTranslation()
  const { from, connector } = newRoute.useSearch()
  const navigate = useNavigate()
  useTitle(t('shell.newSource'))
  return (
    <NewSourcePage
      connector={connector}
      from={from}
      key={`${from} ${connector}`}
      onSaved={(id) => void navigate({ to: '/sources/$id', params: { id } })}
    />
  )
}

export function EditSourceScreen() {
  const { id } = editRoute.useParams()
  const navigate = useNavigate()
  useTitle(id)
  return <EditSourcePage id={id} key={id} onSaved={() => void navigate({ to: '/sources/$id', params: { id } })} />
}
