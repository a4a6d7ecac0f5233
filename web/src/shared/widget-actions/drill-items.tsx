import { Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { use } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Answer, Query } from '@/shared/api/types'
import { Icon } from '@/shared/ui/icon'
import { splitName } from '@/shared/ui/names'

import { recordsAddress } from './records-search'
import { WidgetPlaceContext } from './widget-place'

/** The ways down from a figure: to the communes, and to the records behind it. */
export function DrillItems({ query, answer }: { query: Query; answer: Answer | null }) {
  const { t } = useTranslation()
  const place = use(WidgetPlaceContext)
  const { data: indicators = [] } = useQuery(ask.indicators())
  const first = indicators.find(({ id }) => id === query.indicators[0])
  if (!first || !place) return null
  const onSplit = first.areas.includes('commune') && !query.by?.some((name) => name.startsWith('area')) ? place.onSplit : undefined
  return (
    <>
      {onSplit ? (
        <Menu.Item leftSection={<Icon name="map-pin" size={16} />} onClick={onSplit}>
          {t('board.actions.split')}
        </Menu.Item>
      ) : null}
      {answer ? (
        <Menu.Item
          leftSection={<Icon name="list-details" size={16} />}
          renderRoot={(props) => (
            <Link
              {...props}
              params={splitName(first.dataset)}
              search={{ ...recordsAddress(query, answer.provenance), back: place.back }}
              to="/datasets/$pack/$name"
            />
          )}
        >
          {t('board.actions.records')}
        </Menu.Item>
      ) : null}
    </>
  )
}
