import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import type { Area } from '@/shared/api/types'
import { wordOf } from '@/shared/chart/bands'
import { Figure } from '@/shared/ui/figure'

import classes from './layer-panel.module.css'
import type { Coloured } from './use-colouring'

type Props = { coloured: Coloured; areas: readonly Area[]; onArea: (code: string) => void }

/** The same values as a list from high to low, for those who do not point at a map. */
export function AreaValues({ coloured, areas, onArea }: Props) {
  const { t } = useTranslation()
  const { colouring, indicator } = coloured
  const known = areas
    .flatMap((area) => {
      const value = colouring?.values.get(area.code)
      return value === undefined ? [] : [{ area, value }]
    })
    .toSorted((a, b) => b.value - a.value)
  if (known.length === 0) return null
  return (
    <details className={classes.values}>
      <summary>{t('map.colour.list', { count: known.length })}</summary>
      <ul>
        {known.map(({ area, value }) => (
          <li key={area.code}>
            <UnstyledButton className={classes.value} onClick={() => onArea(area.code)}>
              <span>{area.name}</span>
              <Figure decimals={indicator?.decimals} value={value} word={wordOf(value, indicator)} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </details>
  )
}
