import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { SubmissionKey } from '@/shared/api/entry-queries'
import type { Submission, SubmissionStep } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { useScreenKeys } from '@/shared/ui/keys'
import { ErrorNotice } from '@/shared/ui/notices'

import { pasteBlock, type Pasted, readBlock } from './block'
import { Differences } from './differences'
import { mostRows } from './draft'
import classes from './entry.module.css'
import { ExcelBar } from './excel-bar'
import { History } from './history'
import { LeaveQuestion } from './leave-question'
import { NewerNotice } from './newer-notice'
import type { Notation } from './numbers'
import { PasteNotice } from './paste-notice'
import { Sheet } from './sheet'
import { StepDialog } from './step-dialog'
import { SubmissionBar } from './submission-bar'
import { SubmissionHead } from './submission-head'
import { useDraft } from './use-draft'
import { WhereShown } from './where-shown'

type Props = { found: Submission; submission: SubmissionKey; viewer: string }
type Paste = { block: string[][]; row: number; column: number; before: Submission['rows']; done: Pasted }

/** The desk of one submission: the sheet between what it is and what became of it. */
export function SubmissionDesk({ found, submission, viewer }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const draft = useDraft(found, submission, viewer)
  const [step, setStep] = useState<SubmissionStep | null>(null)
  const [paste, setPaste] = useState<Paste | null>(null)
  const { form } = found

  const put = (from: Omit<Paste, 'done'>, forced?: Notation) => {
    const { block, row, column, before } = from
    const target = { columns: form.columns, rows: before, row, column, grows: form.rows === null, most: mostRows }
    const done = pasteBlock(block, target, format.language, forced)
    draft.setRows(done.rows)
    const whole = block.length * (block[0]?.length ?? 0) > 1
    setPaste(whole || done.read.why !== 'plain' || done.beyond > 0 ? { ...from, done } : null)
  }
  useScreenKeys('entry', [
    { keys: ['mod+S'], does: 'saveDraft', act: () => void draft.flush(), always: true },
    { keys: ['Enter', 'shift+Enter'], does: 'nextRow' },
    { keys: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'], does: 'moveCell' },
    { keys: ['mod+V'], does: 'pasteBlock' },
    { keys: ['Escape'], does: 'restoreCell' },
  ])
  return (
    <div className={classes.page}>
      <SubmissionHead found={found} />
      <SubmissionBar draft={draft} found={found} onStep={setStep} />
      <ExcelBar draft={draft} submission={submission} />
      <div aria-live="polite">
        {draft.newer ? <NewerNotice draft={draft} form={form} newer={draft.newer} submission={submission} /> : null}
        {draft.restored ? <p className={classes.notice}>{t('entry.restored')}</p> : null}
        {draft.trouble !== null && draft.newer === null ? <ErrorNotice error={draft.trouble} onRetry={() => void draft.flush()} /> : null}
        {paste ? (
          <PasteNotice
            onClose={() => setPaste(null)}
            onRead={(notation) => put(paste, notation)}
            onUndo={() => {
              draft.setRows(paste.before)
              setPaste(null)
            }}
            pasted={paste.done}
          />
        ) : null}
      </div>
      <section aria-label={t('entry.sheet.label')} className={classes.panel}>
        <Sheet
          form={form}
          look={draft.look}
          onCell={draft.setCell}
          onPaste={(row, column, text) => put({ block: readBlock(text), row, column, before: draft.rows })}
          rows={draft.rows}
          writable={draft.writable}
        />
      </section>
      <div className={classes.below}>
        <Differences form={form} look={draft.look} rows={draft.rows} />
        <History found={found} />
        {found.state === 'approved' || found.state === 'locked' || found.revision > 1 ? <WhereShown found={found} /> : null}
      </div>
      {step ? <StepDialog draft={draft} found={found} onClose={() => setStep(null)} step={step} submission={submission} /> : null}
      <LeaveQuestion draft={draft} />
    </div>
  )
}
