import { useNavigate } from '@tanstack/react-router'
import { createContext, use, useCallback } from 'react'

import type { Query } from '@/shared/api/types'

/** Which number's passport is open: part of the address of every screen, so that it can be sent to others. */
export type PassportSearch = { indicator: string; query: Query }

type AnySearch = { passport?: PassportSearch }

/** Whether numbers here have a passport; samples have none. */
export const HasPassport = createContext(true)

export function usePassport() {
  const hasPassport = use(HasPassport)
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
  return { openPassport, closePassport, hasPassport }
}
