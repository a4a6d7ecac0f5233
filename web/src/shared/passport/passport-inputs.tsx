import { useTranslation } from 'react-i18next'

import type { Passport } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { DatasetLink } from '@/shared/ui/links'

import classes from './passport.module.css'

/** What a figure is computed from, each with who answers for it. */
export function PassportInputs({ inputs }: { inputs: Passport['inputs'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ul className={classes.plain}>
      {inputs.map(({ dataset, title, owner }) => (
        <li key={dataset}>
          <DatasetLink id={dataset}>{format.text(title)}</DatasetLink>
          <div className={classes.dim}>{t('passport.ownedBy', { owner: format.text(owner) })}</div>
        </li>
      ))}
    </ul>
  )
}

/** Who approved the formula; where nobody is declared, that, and whom to ask. */
export function PassportApproval({ passport: { approved, owner } }: { passport: Passport }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!approved) return <p>{t('passport.notApproved', { owner: format.text(owner) })}</p>
  return (
    <p>
      <strong>{format.text(approved.by)}</strong>
      <br />
      {[t('passport.approvedOn', { day: format.day(approved.on) }), approved.document].filter(Boolean).join(' · ')}
    </p>
  )
}
