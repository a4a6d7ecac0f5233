import { useTranslation } from 'react-i18next'

import type { Connector, SourceDetail } from '@/shared/api/types'
import { CopyButton } from '@/shared/ui/copy-button'

import classes from './sources.module.css'

type Props = { detail: SourceDetail; connector: Connector | undefined }

/** Where the other system sends to, with an example. */
export function SenderCard({ detail, connector }: Props) {
  const { t } = useTranslation()
  const answers = connector?.answers ?? false
  const url = answers
    ? `${location.origin}/api/v1/sources/${detail.id}/deliveries`
    : `${location.origin}/api/v1/datasets/${detail.dataset}/records?source=${detail.id}`
  const example = curl(detail, connector, url)
  return (
    <section className={classes.card}>
      <h2 className={classes.heading}>{t('source.sender.title')}</h2>
      <p className={classes.dim}>{t(answers ? 'source.sender.hint' : 'source.sender.hintPush')}</p>
      <pre className={classes.pre}>{url}</pre>
      <CopyButton label={t('source.sender.copy')} value={url} />
      <h3 className={classes.small}>{t('source.sender.example')}</h3>
      <pre className={classes.pre}>{example}</pre>
      <CopyButton label={t('source.sender.copyExample')} value={example} />
    </section>
  )
}

/** A command line that sends one record. Nothing secret stands in it: the sender puts it in. */
function curl({ declaration }: SourceDetail, connector: Connector | undefined, url: string): string {
  const fields = Object.values(declaration?.map ?? {}).flatMap(({ field }) => (field ? [field] : []))
  const body = JSON.stringify(Object.fromEntries(fields.slice(0, 4).map((field) => [field, '…'])))
  const head = String(declaration?.settings?.token_header ?? 'Authorization')
  return [
    `curl -X POST '${url}'`,
    connector?.answers ? `  -H '${head}: Bearer $TOKEN'` : "  -H 'Authorization: Bearer $API_KEY'",
    `  -H 'Content-Type: application/json'`,
    `  -d '${body}'`,
  ].join(' \\\n')
}
