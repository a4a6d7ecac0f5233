import { useTranslation } from 'react-i18next'

import type { Dataset, QuarantineGroup } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './datasets.module.css'
import { sourceName } from './source-name'

type Props = {
  dataset: Dataset
  groups: readonly QuarantineGroup[]
  picked: string | null
  onPick: (reason: string | null) => void
}

/** What tells a reason from every other of the same dataset. */
export function reasonKey({ source, code, column }: QuarantineGroup): string {
  return JSON.stringify([source, code, column])
}

/** Why records wait, most records first; picking a reason shows its records alone. */
export function QuarantineReasons({ dataset, groups, picked, onPick }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ul aria-label={t('dataset.quarantine.reasons')} className={classes.reasons}>
      {groups.map((group) => {
        const key = reasonKey(group)
        return (
          <li key={key}>
            <button
              aria-pressed={picked === key}
              className={classes.reason}
              onClick={() => onPick(picked === key ? null : key)}
              type="button"
            >
              <span className={classes.reasonCount}>{format.number(group.rows, 0)}</span>
              <span>
                {group.column ? <code className={classes.code}>{group.column}</code> : null} {format.text(group.problem)}
                <span className={classes.reasonFrom}>
                  {t('dataset.quarantine.from', {
                    source: sourceName(dataset, group.source, format),
                    newest: format.moment(group.newest),
                  })}
                </span>
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
