import { Button, Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Connector } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { ErrorNotice } from '@/shared/ui/notices'
import { Dialog } from '@/shared/ui/overlay'
import { StateMark } from '@/shared/ui/state-mark'

import { sizeText } from '../size-text'
import classes from './source-editor.module.css'
import type { Trial } from './use-trial'

const types = { 'application/x-ndjson': 'NDJSON', 'application/json': 'JSON', 'text/csv': 'CSV' } as const

/** The ways to a sample: asking the other side, or pasting what it sends. */
export function SampleBar({ trial, connector, ready }: { trial: Trial; connector: Connector | undefined; ready: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [pasting, setPasting] = useState(false)
  const [body, setBody] = useState('')
  const [type, setType] = useState<string>('application/json')
  const { connect } = trial
  const came = connect.data
  const span = format.span(Math.max(1, came?.seconds ?? 0))
  return (
    <div className={classes.sample}>
      <div className={classes.buttons}>
        {connector && !connector.answers ? (
          <Button
            disabled={!ready}
            leftSection={<Icon name="plug-connected" size={16} />}
            loading={connect.isPending}
            onClick={() => connect.mutate()}
            variant="default"
          >
            {t('source.edit.try')}
          </Button>
        ) : null}
        <Button disabled={!ready} leftSection={<Icon name="clipboard-list" size={16} />} onClick={() => setPasting(true)} variant="default">
          {t('source.edit.paste')}
        </Button>
      </div>
      <div aria-live="polite">
        {connect.isPending ? t('source.edit.trying') : null}
        {came && !connect.isPending ? (
          <StateMark
            state={came.came ? 'good' : 'watch'}
            word={came.came ? t('source.edit.connected', { records: format.number(came.total, 0), size: sizeText(came.bytes, format), span }) : t('source.edit.nothingCame', { span })}
          />
        ) : null}
      </div>
      {connect.isError ? <ErrorNotice error={connect.error} /> : null}
      <Dialog onClose={() => setPasting(false)} opened={pasting} size={680} title={t('source.edit.paste')}>
        <form
          className={classes.paste}
          onSubmit={(event) => {
            event.preventDefault()
            // The dialog stands inside the form of the source, which is not meant.
            event.stopPropagation()
            trial.paste({ body, content_type: type })
            setPasting(false)
          }}
        >
          <Select
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            data={Object.entries(types).map(([value, label]) => ({ value, label }))}
            label={t('source.edit.pasteType')}
            onChange={(chosen) => setType(chosen ?? type)}
            value={type}
          />
          <Textarea
            autosize
            description={t('source.edit.pasteHint')}
            label={t('source.edit.paste')}
            maxRows={16}
            minRows={6}
            onChange={({ currentTarget }) => setBody(currentTarget.value)}
            spellCheck={false}
            value={body}
          />
          <Button disabled={body.trim() === ''} type="submit">
            {t('source.edit.pasteUse')}
          </Button>
        </form>
      </Dialog>
    </div>
  )
}
