import type { Connector } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import { settingsOf } from './editor/schema'

/** What a setting is called, in the reader's language; its key where the connector does not say. */
export function useSettingName(connector: Connector): (name: string) => string {
  const format = useFormat()
  const known = settingsOf(connector)
  return (name) => format.text(known.find((one) => one.name === name)?.title) || name
}
