import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Submission } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { BoardLink, DatasetLink } from '@/shared/ui/links'
import { splitName } from '@/shared/ui/names'
import { usePassport } from '@/shared/passport/use-passport'

import classes from './entry.module.css'

function columnsOf(declaration: Record<string, unknown>): { unit?: string; period?: string } {
  const { unit, entry } = declaration
  const period = typeof entry === 'object' && entry !== null && 'period' in entry ? entry.period : undefined
  return { unit: typeof unit === 'string' ? unit : undefined, period: typeof period === 'string' ? period : undefined }
}

/** Where approved figures are to be seen: the records, the indicators that are computed from them, and the field's boards. */
export function WhereShown({ found }: { found: Submission }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { openPassport } = usePassport()
  const { id } = found.form
  const { pack } = splitName(id)
  const { data: dataset } = useQuery(ask.dataset(id))
  const { data: indicators = [] } = useQuery(ask.indicators())
  const { data: boards = [] } = useQuery(ask.boards())
  const { unit, period } = columnsOf(dataset?.declaration ?? {})
  const filters = { ...(unit ? { [unit]: found.unit } : {}), ...(period ? { [period]: found.period } : {}) }
  const shown = indicators.filter((one) => one.dataset === id)
  const packs = boards.filter((one) => one.pack === pack)
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('entry.shown.title')}</h2>
      <p className={classes.plain}>
        <DatasetLink id={id} search={{ tab: 'records', f: filters }}>
          {t('entry.shown.records', { period: format.text(found.name) })}
        </DatasetLink>
      </p>
      {packs.length > 0 ? (
        <>
          <h3 className={classes.small}>{t('entry.shown.boards')}</h3>
          <ul className={classes.links}>
            {packs.map((board) => (
              <li key={board.id}>
                <BoardLink id={board.id}>{format.text(board.title)}</BoardLink>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {shown.length > 0 ? (
        <>
          <h3 className={classes.small}>{t('entry.shown.indicators')}</h3>
          <ul className={classes.links}>
            {shown.map((one) => (
              <li key={one.id}>
                <button
                  className={classes.linkButton}
                  onClick={() => openPassport({ indicator: one.id, query: { indicators: [one.id], time: { last: '365d' } } })}
                  type="button"
                >
                  {format.text(one.title)}
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}
