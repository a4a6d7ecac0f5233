import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { StateMark } from '@/shared/ui/state-mark'

import classes from './board-editor.module.css'
import type { Known, Thing } from './widget-kinds'

/** What an indicator or a dataset means and how fresh it is, before it is put on a board. */
export function ThingFacts({ thing, known }: { thing: Thing; known: Known }) {
  const { t } = useTranslation()
  const format = useFormat()
  const indicator = thing.type === 'indicator' ? thing.indicator : undefined
  const { data } = useQuery({ ...ask.indicator(indicator?.id ?? ''), enabled: indicator !== undefined })
  const dataset = thing.type === 'dataset' ? thing.dataset : known.datasets.get(indicator?.dataset ?? '')
  if (!dataset) return null
  const { newest, state } = dataset.freshness
  const description = format.text(indicator ? data?.description : dataset.description)
  return (
    <div className={classes.facts}>
      {description ? <p>{description}</p> : null}
      <p>
        {indicator ? `${t('editor.unitIs', { unit: indicator.unit === '1' ? '–' : indicator.unit })} · ` : ''}
        <StateMark size={10} state={state} word={newest ? t('editor.newestAt', { at: format.moment(newest) }) : t('editor.noRecords')} />
      </p>
    </div>
  )
}
