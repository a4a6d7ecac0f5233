import { useTranslation } from 'react-i18next'

import type { State, SubmissionState } from '@/shared/api/types'
import { StateMark } from '@/shared/ui/state-mark'

type Props = { state: SubmissionState | null; late: boolean; revision: number }

/** How far a submission has come, in a word and a shape. */
export function SubmissionMark({ state, late, revision }: Props) {
  const { t } = useTranslation()
  const shape: State = late ? 'bad' : state === 'returned' ? 'watch' : state === 'approved' || state === 'locked' ? 'good' : 'unknown'
  const word = t(`entry.state.${state ?? 'missing'}`)
  return <StateMark state={shape} word={revision > 1 ? t('entry.revised', { word, revision }) : word} />
}
