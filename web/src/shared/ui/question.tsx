import { Button, Group, Stack } from '@mantine/core'

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
