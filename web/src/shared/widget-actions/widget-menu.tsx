import { ActionIcon, Menu } from '@mantine/core'
import { useClipboard, useDisclosure } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, type RefObject, use, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useCity, useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'

import { pictureText } from './picture-text'
import { curlOf, type FileForm, fileName, save, widgetFile } from './widget-files'
import { WidgetPlaceContext, type WidgetSource } from './widget-place'

type Props = {
  title: string
  subtitle?: string
  source: WidgetSource
  body: RefObject<HTMLDivElement | null>
  /** Whether there is something to take along. */
  ready: boolean
  children?: ReactNode
}

/** What one can do with a widget: fill the screen, take it along as picture or file, hand on its address or question. */
export function WidgetMenu({ title, subtitle, source, body, ready, children }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const client = useQueryClient()
  const place = use(WidgetPlaceContext)
  const [failed, setFailed] = useState<{ error: unknown; retry: () => void } | null>(null)
  const [busy, { open: begin, close: end }] = useDisclosure(false)
  const { data: session } = useQuery(ask.session())
  if (!place) return null

  const attempt = (work: () => Promise<void>) => {
    const run = () => {
      setFailed(null)
      begin()
      work()
        .catch((error: unknown) => setFailed({ error, retry: run }))
        .finally(end)
    }
    run()
  }
  const takePicture = () =>
    attempt(async () => {
      if (!body.current) return
      const [{ pictureOf }, text] = await Promise.all([
        import('./picture'),
        pictureText({ title, subtitle, source, place, city, t, format, client }),
      ])
      save(await pictureOf(body.current, text), fileName(title, 'png'))
    })
  const takeFile = (form: FileForm) =>
    attempt(async () => save(await widgetFile(source, form, format.language), fileName(title, form)))
  const asked = source.query ?? source.records
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon aria-label={t('board.actions.of', { title })} loading={busy} size="md" title={t('board.actions.all')}>
            <Icon name="dots-vertical" size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Icon name={place.full ? 'minimize' : 'maximize'} size={16} />}
            onClick={() => place.onFull(!place.full)}
          >
            {t(place.full ? 'board.actions.leaveFull' : 'board.actions.full')}
          </Menu.Item>
          {children}
          <Menu.Divider />
          <Menu.Item disabled={!ready} leftSection={<Icon name="camera" size={16} />} onClick={takePicture}>
            {t('board.actions.picture')}
          </Menu.Item>
          {asked ? (
            <>
              <Menu.Item disabled={!ready} leftSection={<Icon name="table" size={16} />} onClick={() => takeFile('xlsx')}>
                {t('board.actions.xlsx')}
              </Menu.Item>
              <Menu.Item disabled={!ready} leftSection={<Icon name="file-text" size={16} />} onClick={() => takeFile('csv')}>
                {t('board.actions.csv')}
              </Menu.Item>
            </>
          ) : null}
          <Menu.Divider />
          <CopyItem icon="link" label={t('board.actions.link')} text={place.link} />
          {source.query ? (
            <CopyItem icon="code" label={t('board.actions.json')} text={() => JSON.stringify(source.query, null, 2)} />
          ) : null}
          {asked ? (
            <CopyItem
              icon="code"
              label={t('board.actions.curl')}
              text={() => curlOf(source, location.origin, session?.viewer.kind === 'public')}
            />
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <Dialog onClose={() => setFailed(null)} opened={failed !== null} title={t('board.actions.failed')}>
        {failed ? <ErrorNotice error={failed.error} onRetry={failed.retry} /> : null}
      </Dialog>
    </>
  )
}

/** Puts a text on the clipboard, and says so in its own place. */
function CopyItem({ icon, label, text }: { icon: string; label: string; text: () => string }) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 2000 })
  return (
    <Menu.Item
      aria-live="polite"
      closeMenuOnClick={false}
      leftSection={<Icon name={clipboard.copied ? 'check' : icon} size={16} />}
      onClick={() => clipboard.copy(text())}
    >
      {clipboard.copied ? t('common.copied') : label}
    </Menu.Item>
  )
}
