import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { useCity, useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { useNames } from '@/shared/widgets/use-names'

import classes from './filter-row.module.css'
import type { BoardSearch } from './board-search'

type Props = { search: BoardSearch; onSearch: (change: BoardSearch) => void }
type Step = { name: string; onGo?: () => void }

const columns = ['area']

/** Where one is between the whole city and a commune, and the way back up. */
export function AreaPath({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const name = useNames([], columns)
  const steps: Step[] = [{ name: format.text(city.title), onGo: () => onSearch({ area: undefined, split: undefined }) }]
  if (search.full && (search.split || search.area)) {
    steps.push({ name: t('board.choice.byCommune'), onGo: () => onSearch({ area: undefined, split: true }) })
  }
  if (search.area && !search.split) steps.push({ name: name('area', search.area) })
  return (
    <nav aria-label={t('board.choice.path')}>
      <ol className={classes.path}>
        {steps.map((step, place) => (
          <li key={step.name}>
            {place > 0 ? <Icon name="chevron-right" size={14} /> : null}
            {step.onGo && place < steps.length - 1 ? (
              <UnstyledButton className={classes.step} onClick={step.onGo}>
                {step.name}
              </UnstyledButton>
            ) : (
              <span aria-current="location">{step.name}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
