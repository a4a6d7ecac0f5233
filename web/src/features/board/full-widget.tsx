import { Button, Modal } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { useCity } from '@/shared/format/use-format'
import { useEscape } from '@/shared/ui/escape'
import { Icon } from '@/shared/ui/icon'
import { useKeys } from '@/shared/ui/keys'

import { AreaPath } from './area-path'
import classes from './full-widget.module.css'
import { PlacedWidget, type PlacedProps } from './placed-widget'

/** The same question for each commune, as bars, the greatest first. */
export function splitByCommune(widget: Widget): Widget {
  const first = widget.indicators?.[0]
  return {
    ...widget,
    kind: 'bar',
    by: ['area:commune'],
    grain: undefined,
    indicators: first ? [first] : [],
    order: first ? `-${first}` : undefined,
    limit: undefined,
    compare: undefined,
  }
}

/** Below passports and menus, which open over it. */
const below = 150

/** One widget over the whole screen; Escape leads back to the board. */
export function FullWidget(props: PlacedProps) {
  const { t } = useTranslation()
  const { widget, search, onSearch } = props
  const city = useCity()
  const { passport } = useSearch({ strict: false })
  const shown = search.split ? splitByCommune(widget) : widget
  const close = () => onSearch({ full: undefined, split: undefined })
  useEscape(close)
  useKeys('board', [{ keys: ['Escape'], does: 'leaveFull' }])
  return (
    <Modal.Root
      closeOnEscape={false}
      fullScreen
      onClose={close}
      opened
      transitionProps={{ duration: 0 }}
      trapFocus={passport === undefined}
      zIndex={below}
    >
      <Modal.Content aria-label={t('board.actions.full')} className={classes.content}>
        <div className={classes.head}>
          <AreaPath onSearch={onSearch} search={search} />
          {city.demo ? <span className={classes.demo}>{t('shell.demo')}</span> : null}
          <Button
            className={classes.leave}
            leftSection={<Icon name="minimize" size={16} />}
            onClick={close}
            size="compact-sm"
            variant="default"
          >
            {t('board.actions.leaveFull')}
          </Button>
        </div>
        <div className={classes.widget} data-kind={shown.kind}>
          <Suspense>
            <PlacedWidget {...props} widget={shown} />
          </Suspense>
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
