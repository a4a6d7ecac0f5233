import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import classes from './board-editor.module.css'
import { isPageUrl } from './draft'

type Props = { url: string; onChange: (url: string) => void }

/** The address of a page of another system, and who allows browsers to embed it. */
export function PageFields({ url, onChange }: Props) {
  const { t } = useTranslation()
  const host = isPageUrl(url) ? new URL(url).host : t('editor.page.host')
  return (
    <>
      <TextInput
        error={url === '' || isPageUrl(url) ? undefined : t('editor.page.wrong')}
        inputMode="url"
        label={t('editor.page.url')}
        maxLength={2000}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
        placeholder="https://"
        required
        spellCheck={false}
        value={url}
      />
      <p className={classes.hint}>{t('editor.page.allowed', { host })}</p>
    </>
  )
}
