import { CloseButton, Drawer, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import classes from './overlay.module.css'

type Props = {
  opened: boolean
  onClose: () => void
  title: string
  children: ReactNode
  size?: number
  side?: 'left' | 'right'
}

/** A panel that comes in from a side and is named by its title. */
export function SidePanel({ opened, onClose, title, children, size = 320, side = 'right' }: Props) {
  return (
    <Drawer.Root onClose={onClose} opened={opened} position={side} size={size}>
      <Drawer.Overlay />
      <Drawer.Content aria-label={title}>
        <Head onClose={onClose} title={title} />
        <Drawer.Body>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

/** A question over the screen, named by its title. */
export function Dialog({ opened, onClose, title, children, size = 460 }: Props) {
  return (
    <Modal.Root onClose={onClose} opened={opened} size={size}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Head onClose={onClose} title={title} />
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Head({ title, onClose }: { title: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={classes.head}>
      <h2 className={classes.title}>{title}</h2>
      <CloseButton aria-label={t('common.close')} onClick={onClose} size="lg" />
    </div>
  )
}
