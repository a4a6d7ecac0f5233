import '@/shared/i18n/entry-words'

import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { askEntry, type SubmissionKey } from '@/shared/api/entry-queries'
import { ask } from '@/shared/api/queries'
import { ErrorNotice } from '@/shared/ui/notices'

import classes from './entry.module.css'
import { SubmissionDesk } from './submission-desk'

/** One unit's figures of one period. */
export function SubmissionPage({ submission }: { submission: SubmissionKey }) {
  const found = useQuery(askEntry.submission(submission))
  const { data: session } = useQuery(ask.session())
  if (found.isError && !found.data) {
    return (
      <div className={classes.page}>
        <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
      </div>
    )
  }
  if (!found.data || !session) {
    return (
      <div className={classes.page}>
        <Skeleton height={40} width={320} />
        <Skeleton height={420} mt="md" />
      </div>
    )
  }
  return <SubmissionDesk found={found.data} submission={submission} viewer={session.viewer.id} />
}
