import { Button, Checkbox, Popover, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { seriesStyle } from '@/shared/chart/time-option'
import { useColours } from '@/shared/theme/colours'
import { Choice, type Dims } from '@/shared/widget-actions/choice'

import classes from './series-legend.module.css'

export type LegendItem = { key: string; name: string; place: number; dims?: Dims }
type Props = { items: LegendItem[]; unit: string; bars?: boolean; parts?: boolean; onChoose?: (keys: string[]) => void }

const most = 4

/** Names of the coloured lines with their dash; among many lines the reader chooses which are coloured. */
export function SeriesLegend({ items, unit, bars = false, parts = false, onChoose }: Props) {
  const { t } = useTranslation()
  const colours = useColours()
  const main = items.filter(({ place }) => place >= 0).toSorted((a, b) => a.place - b.place)
  const rest = items.length - main.length
  const keys = main.map(({ key }) => key)
  return (
    <div className={classes.root}>
      {unit ? <span className={classes.unit}>{unit}</span> : null}
      {items.length < 2
        ? null
        : main.map((item) => {
            const { colour, dash } = seriesStyle(item.place, colours)
            return (
              <span className={classes.item} key={item.key}>
                <svg aria-hidden="true" height="8" viewBox={bars ? '7 0 8 8' : '0 0 22 8'} width={bars ? 8 : 22}>
                  <line
                    stroke={colour}
                    strokeDasharray={bars || dash === 'solid' ? undefined : dash.join(' ')}
                    strokeWidth={bars ? 8 : 2.5}
                    x1="0"
                    x2="22"
                    y1="4"
                    y2="4"
                  />
                </svg>
                <Choice className={classes.name} dims={item.dims ?? []}>
                  {item.name}
                </Choice>
              </span>
            )
          })}
      {onChoose && rest > 0 ? (
        <Popover position="bottom-end">
          <Popover.Target>
            <Button className={classes.more} size="compact-xs" variant="subtle">
              {t(parts ? 'board.otherPartsCount' : 'board.otherLines', { count: rest })}
            </Button>
          </Popover.Target>
          <Popover.Dropdown className={classes.menu}>
            <fieldset className={classes.fields}>
              <legend className={classes.legend}>{t(parts ? 'board.chooseParts' : 'board.chooseLines', { most })}</legend>
              <Stack gap={6}>
                {items.map((item) => (
                  <Checkbox
                    checked={keys.includes(item.key)}
                    disabled={!keys.includes(item.key) && keys.length >= most}
                    key={item.key}
                    label={item.name}
                    onChange={({ currentTarget }) =>
                      onChoose(currentTarget.checked ? [...keys, item.key] : keys.filter((key) => key !== item.key))
                    }
                    size="xs"
                  />
                ))}
              </Stack>
            </fieldset>
          </Popover.Dropdown>
        </Popover>
      ) : null}
    </div>
  )
}
