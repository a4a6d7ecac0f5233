import { Button, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import type { Duty } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { splitName } from '@/shared/ui/names'
import { useNow } from '@/shared/ui/use-now'

import { DueTime } from './due-time'
import { grouped } from './duties'
import type { Group } from './entry-search'
import classes from './entry.module.css'
import { SubmissionMark } from './submission-mark'

type Props = { duties: readonly Duty[]; shown: Group | undefined; nameOf: (unit: string) => string; onGroup: (group: Group | undefined) => void }

const few = 8

/** What is asked for under its headings; a chip shows one heading alone. */
export function DutyGroups({ duties, shown, nameOf, onGroup }: Props) {
  const { t } = useTranslation()
  const all = grouped(duties)
  const listed = all.filter(({ group }) => shown === undefined || group === shown)
  return (
    <>
      {all.length > 0 ? (
        <div aria-label={t('entry.groups')} className={classes.chips} role="group">
          {all.map(({ group, duties: some }) => (
            <UnstyledButton
              aria-pressed={group === shown}
              className={classes.chip}
              key={group}
              onClick={() => onGroup(group === shown ? undefined : group)}
            >
              {t(`entry.group.${group}`)} <b>{some.length}</b>
            </UnstyledButton>
          ))}
        </div>
      ) : null}
      {listed.map(({ group, duties: some }) => {
        const short = shown === undefined && (group === 'done' || group === 'soon') ? some.slice(0, few) : some
        return (
          <section aria-label={t(`entry.group.${group}`)} className={classes.panel} key={group}>
            <h2 className={classes.heading}>
              {t(`entry.group.${group}`)} <span className={classes.dim}>({some.length})</span>
            </h2>
            <ul className={classes.duties}>
              {short.map((duty) => (
                <DutyLine duty={duty} key={`${duty.dataset} ${duty.unit} ${duty.period}`} unit={nameOf(duty.unit)} />
              ))}
            </ul>
            {short.length < some.length ? (
              <Button onClick={() => onGroup(group)} size="compact-sm" variant="subtle">
                {t('entry.more', { count: some.length - short.length })}
              </Button>
            ) : null}
          </section>
        )
      })}
    </>
  )
}

function DutyLine({ duty, unit }: { duty: Duty; unit: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  const { dataset, period, title, name, state, late, late_days: days, revision, due, changed, changed_by: who, waits } = duty
  return (
    <li className={classes.duty}>
      <div>
        <Link
          className={classes.dutyLink}
          params={{ ...splitName(dataset), unit: duty.unit, period }}
          to="/entry/$pack/$name/$unit/$period"
        >
          {format.text(title)} · {format.text(name)}
        </Link>
        <div className={classes.dim}>{unit}</div>
      </div>
      <div>
        <DueTime days={days} due={due} late={late} open={state === null || state === 'draft' || state === 'returned'} />
      </div>
      <div>
        <SubmissionMark late={late} revision={revision} state={state} />
        {changed && who ? (
          <div className={classes.dim} title={format.moment(changed)}>
            {who}, {format.ago(changed, now)}
          </div>
        ) : null}
      </div>
      <div className={classes.waits}>{waits ? t('entry.waits') : null}</div>
    </li>
  )
}
