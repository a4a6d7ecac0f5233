import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { SignInPage } from '@/features/session/sign-in-page'

import { useTitle } from '../use-title'

const route = getRouteApi('/sign-in')

export function SignInScreen() {
  const { t } = useTranslation()
  const { next = '/' } = route.useSearch()
  const router = useRouter()
  useTitle(t('shell.signIn'))
  return <SignInPage onDone={() => router.history.push(next)} />
}
