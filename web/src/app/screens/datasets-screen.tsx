import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { DatasetPage } from '@/features/datasets/dataset-page'
import { DatasetsPage } from '@/features/datasets/datasets-page'
import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'

import { useTitle } from '../use-title'
import { WayBack } from '../way-back'

const listRoute = getRouteApi('/datasets')
const oneRoute = getRouteApi('/datasets/$pack/$name')

export function DatasetsScreen() {
  const { t } = useTranslation()
  const { q = '' } = listRoute.useSearch()
  const navigate = listRoute.useNavigate()
  useTitle(t('dataset.all'))
  return (
    <DatasetsPage
      onWanted={(wanted) => void navigate({ search: { q: wanted || undefined }, replace: true, resetScroll: false })}
      wanted={q}
    />
  )
}

export function DatasetScreen() {
  const { pack, name } = oneRoute.useParams()
  const { passport: _passport, back, ...search } = oneRoute.useSearch()
  const navigate = oneRoute.useNavigate()
  const format = useFormat()
  const id = `${pack}.${name}`
  const { data: dataset } = useQuery(ask.dataset(id))
  useTitle(dataset ? format.text(dataset.title) : null)
  return (
    <>
      {back ? <WayBack to={back} /> : null}
      <DatasetPage
        id={id}
        key={id}
        onSearch={(change) =>
          void navigate({ search: (before) => ({ ...before, ...change }), resetScroll: false })
        }
        search={search}
      />
    </>
  )
}
