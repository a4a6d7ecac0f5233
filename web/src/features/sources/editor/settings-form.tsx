import { Accordion } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Connector } from '@/shared/api/types'

import { type Setting, settingsOf } from './schema'
import { SettingField } from './setting-field'
import classes from './source-editor.module.css'
import type { Bench } from './use-bench'

type Props = { connector: Connector; bench: Bench; sealed: readonly string[]; errorAt: (where: string) => string | undefined }

/** All settings of a connector; the rare ones under a heading of their own. */
export function SettingsForm({ connector, bench, sealed, errorAt }: Props) {
  const { t } = useTranslation()
  const settings = settingsOf(connector)
  const error = ({ name }: Setting) => errorAt(`settings.${name}`)
  const rare = settings.filter((one) => one.rare)
  const filled = rare.some(({ name }) => bench.draft.declaration.settings?.[name] !== undefined)
  const [opened, setOpened] = useState(filled)
  const wrong = rare.some((one) => error(one) !== undefined)
  const field = (setting: Setting) => (
    <SettingField bench={bench} error={error(setting)} key={setting.name} sealed={sealed.includes(setting.name)} setting={setting} />
  )
  if (settings.length === 0) return <p>{t('source.edit.noSettings')}</p>
  return (
    <>
      <div className={classes.fields}>{settings.filter((one) => !one.rare).map(field)}</div>
      {rare.length > 0 ? (
        <Accordion mt="sm" onChange={(value) => setOpened(value !== null)} value={opened || wrong ? 'rare' : null} variant="contained">
          <Accordion.Item value="rare">
            <Accordion.Control>{t('source.edit.rare')}</Accordion.Control>
            <Accordion.Panel>
              <div className={classes.fields}>{rare.map(field)}</div>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      ) : null}
    </>
  )
}
