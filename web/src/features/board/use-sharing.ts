import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { Share } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

/** The roles that people have. */
export const roles = ['leader', 'operator', 'officer', 'steward', 'admin', 'viewer'] as const

/** What the roles and units of a board's sharing are called. */
export function useSharing() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: units } = useQuery(ask.units())
  const names = useMemo(() => new Map((units ?? []).map(({ code, name }) => [code, format.text(name)])), [units, format])
  const nameOf = ({ kind, code }: Pick<Share, 'kind' | 'code'>): string =>
    kind === 'role' ? t(`board.roles.${code}` as 'board.roles.leader') : (names.get(code) ?? code)
  return { units: names, nameOf }
}
