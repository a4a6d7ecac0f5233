import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

import type { Query } from '@/shared/api/types'

/** Which number's passport is open: part of the address of every screen, so that it can be sent to others. */
export type PassportSearch = { indicator: string; query: Query }

type AnySearch = { passport?: PassportSearch }

export function usePassport() {
  const navigate = useNavigate()
  const openPassport = useCallback(
    (passport: PassportSearch) =>
      void navigate({ to: '.', search: (before: AnySearch) => ({ ...before, passport }), resetScroll: false }),
    [navigate],
  )
  const closePassport = useCallback(
    () =>
      void navigate({
        to: '.',
        search: (before: AnySearch) => ({ ...before, passport: undefined }),
        resetScroll: false,
      }),
    [navigate],
  )
  return { openPassport, closePassport }
}
