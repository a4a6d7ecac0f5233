import { Button, Skeleton } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import type { Text, Widget } from '@/shared/api/types'
import { useCity } from '@/shared/format/use-format'
import { i18n } from '@/shared/i18n/i18n'
import { HasPassport } from '@/shared/passport/use-passport'
import { BoardWidget } from '@/shared/widgets/board-widget'

import classes from './design-page.module.css'
import { sampleClient, type WidgetState } from './sample-client'
import { samples } from './sample-widgets'

type Props = { kind: string | undefined; onKind: (kind: string) => void }

function both(key: 'design.sample.title' | 'design.sample.body' | 'design.sample.site'): Text {
  return { vi: i18n.getFixedT('vi')(key), en: i18n.getFixedT('en')(key) }
}

/** One kind of widget at a time, in each of the states that it can have, with figures that are made up and say so. */
export function WidgetSection({ kind, onKind }: Props) {
  const { t } = useTranslation()
  const known = samples({
    title: both('design.sample.title'), body: both('design.sample.body'), place: both('design.sample.site'),
  })
  const chosen = known.find((one) => one.kind === kind) ?? known[0]
  if (!chosen) return null
  return (
    <section aria-labelledby="design-widgets">
      <h2 className={classes.heading} id="design-widgets">
        {t('design.widgets')}
      </h2>
      <p className={classes.explain}>{t('design.widgetsExplain')}</p>
      <div aria-label={t('design.kind')} className={classes.kinds} role="group">
        {known.map((one) => (
          <Button
            aria-pressed={one === chosen}
            key={one.kind}
            onClick={() => onKind(one.kind)}
            size="compact-sm"
            variant={one === chosen ? 'filled' : 'default'}
          >
            {t(`design.kinds.${one.kind}`)}
          </Button>
        ))}
      </div>
      {chosen.states.length < 5 ? <p className={classes.explain}>{t('design.fewer')}</p> : null}
      <div className={classes.gallery}>
        {chosen.states.map((state) => (
          <Specimen key={`${chosen.kind} ${state}`} kind={chosen.kind} state={state} widget={chosen.widget} />
        ))}
      </div>
    </section>
  )
}

type SpecimenProps = { kind: Widget['kind']; state: WidgetState; widget: Omit<Widget, 'id' | 'kind' | 'at'> }

function Specimen({ kind, state, widget }: SpecimenProps) {
  const { t } = useTranslation()
  const city = useCity()
  const client = useMemo(() => sampleClient(state, city), [state, city])
  const declared: Widget = { ...widget, id: `${kind}_${state}`, kind, at: { x: 0, y: 0, w: 4, h: 4 } }
  const shown = kind === 'page' && state === 'empty' ? { ...declared, url: null } : declared
  return (
    <div className={classes.specimen}>
      <h3 className={classes.stateName}>{t(`design.widgetStates.${state}`)}</h3>
      <div>
        <QueryClientProvider client={client}>
          <HasPassport value={false}>
            <Suspense fallback={<Skeleton height="100%" />}>
              <BoardWidget onArea={() => undefined} view={{ boardLast: '7d' }} widget={shown} />
            </Suspense>
          </HasPassport>
        </QueryClientProvider>
      </div>
    </div>
  )
}
