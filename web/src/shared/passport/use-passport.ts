import { useNavigate } from '@tanstack/react-router'
import { createContext, use, useCallback } from 'react'

import type { Query } from '@/shared/api/types'

import type { PassportSearch } from './passport-search'

type AnySearch = { passport?: PassportSearch }

/** Whether numbers here have a passport; samples have none. */
export const HasPassport = createContext(true)

/** The question whose answer is shown here: what a figure's passport begins with. */
export const FigureQuery = createContext<Query | null>(null)

export function usePassport() {
  const hasPassport = use(HasPassport)
  const navigate = useNavigate()
  const show = useCallback(
    (passport: PassportSearch | undefined) =>
      void navigate({ to: '.', search: (before: AnySearch) => ({ ...before, passport }), resetScroll: false }),
    [navigate],
  )
  const closePassport = useCallback(() => show(undefined), [show])
  return { openPassport: show as (passport: PassportSearch) => void, closePassport, hasPassport }
}
