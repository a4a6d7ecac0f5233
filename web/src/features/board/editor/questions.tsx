import { Button, Group, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { Dialog } from '@/shared/ui/overlay'

type Answer = { label: string; onClick: () => void; main?: boolean; busy?: boolean }
type Props = { opened: boolean; title: string; text: string; answers: Answer[]; onClose: () => void }

/** A question with its answers; closing it answers nothing. */
export function Question({ opened, title, text, answers, onClose }: Props) {
  return (
    <Dialog onClose={onClose} opened={opened} size={520} title={title}>
      <Stack gap="md">
        <p style={{ margin: 0 }}>{text}</p>
        <Group gap="xs" justify="flex-end">
          {answers.map(({ label, onClick, main = false, busy = false }) => (
            <Button key={label} loading={busy} onClick={onClick} variant={main ? 'filled' : 'default'}>
              {label}
            </Button>
          ))}
        </Group>
      </Stack>
    </Dialog>
  )
}

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
