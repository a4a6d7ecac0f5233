import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'

import { Icon } from './icon'

type Props = { value: string; label: string }

/** Puts a text on the clipboard and says so. */
export function CopyButton({ value, label }: Props) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 2000 })
  return (
    <Button
      aria-live="polite"
      leftSection={<Icon name={clipboard.copied ? 'check' : 'copy'} size={16} />}
      onClick={() => clipboard.copy(value)}
      size="xs"
      variant="default"
    >
      {clipboard.copied ? t('common.copied') : label}
    </Button>
  )
}
