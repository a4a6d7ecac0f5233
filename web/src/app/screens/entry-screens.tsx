import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { EntryPage } from '@/features/entry/entry-page'
import { SubmissionPage } from '@/features/entry/submission-page'
import { askEntry } from '@/shared/api/entry-queries'
import { useFormat } from '@/shared/format/use-format'

import { useTitle } from '../use-title'

const listRoute = getRouteApi('/entry')
const oneRoute = getRouteApi('/entry/$pack/$name/$unit/$period')

export function EntryScreen() {
  const { t } = useTranslation()
  const { passport: _passport, back: _back, ...search } = listRoute.useSearch()
  const navigate = listRoute.useNavigate()
  useTitle(t('entry.title'))
  return <EntryPage onSearch={(change) => void navigate({ search: change, resetScroll: false })} search={search} />
}

export function SubmissionScreen() {
  const { pack, name, unit, period } = oneRoute.useParams()
  const format = useFormat()
  const key = { dataset: `${pack}.${name}`, unit, period }
  const { data } = useQuery(askEntry.submission(key))
  useTitle(data ? `${format.text(data.form.title)} · ${format.text(data.name)}` : null)
  return <SubmissionPage key={`${key.dataset}/${unit}/${period}`} submission={key} />
}
