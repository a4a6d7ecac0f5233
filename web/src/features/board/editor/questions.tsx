import { useTranslation } from 'react-i18next'

import { Question } from '@/shared/ui/question'

/** Asked before unsaved changes are left behind. */
export function LeaveQuestion({ opened, onStay, onLeave }: { opened: boolean; onStay: () => void; onLeave: () => void }) {
  const { t } = useTranslation()
  return (
    <Question
      answers={[
        { label: t('editor.leave.drop'), onClick: onLeave },
        { label: t('editor.leave.stay'), onClick: onStay, main: true },
      ]}
      onClose={onStay}
      opened={opened}
      text={t('editor.leave.text')}
      title={t('editor.leave.title')}
    />
  )
}
