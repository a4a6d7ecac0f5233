import { Anchor } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { Problem } from '@/shared/api/client'
import { Button } from '@mantine/core'

import classes from './shell.module.css'

const againEvery = 10_000
const wallAgainEvery = 30_000

/**
 * A screen that could not be drawn at all. It needs nothing of the city, which may be what failed. A server that was away is
 * asked again; a wall, which nobody touches, is loaded anew whatever it was.
 */
export function Broken({ error }: { error: unknown }) {
  const { t, i18n } = useTranslation()
  const router = useRouter()
  const problem = error instanceof Problem ? error : null
  const language = i18n.language === 'en' ? 'en' : 'vi'
  const mayPass = problem !== null && (problem.status === 0 || problem.status >= 500)
  useEffect(() => {
    if (!mayPass) return undefined
    const timer = setInterval(() => void router.invalidate(), againEvery)
    return () => clearInterval(timer)
  }, [mayPass, router])
  useEffect(() => {
    if (!location.pathname.startsWith('/wall/')) return undefined
    const anew = () =>
      void fetch('/', { cache: 'no-store' }).then(
        ({ ok }) => ok && location.reload(),
        () => undefined,
      )
    const timer = setInterval(anew, wallAgainEvery)
    return () => clearInterval(timer)
  }, [])
  return (
    <main className={classes.broken} role="alert">
      <h1>{problem ? problem.say[language] : t('common.failed')}</h1>
      {problem?.remedy ? <p>{problem.remedy[language]}</p> : null}
      <p>
        {t('common.code')} <code>{problem?.code ?? 'unexpected'}</code>
      </p>
      <Button onClick={() => void router.invalidate()}>{t('common.retry')}</Button>
    </main>
  )
}

/** An address that leads nowhere. */
export function Missing() {
  const { t } = useTranslation()
  return (
    <div className={classes.broken}>
      <h1>{t('shell.missing')}</h1>
      <p>{t('shell.missingHint')}</p>
      <Anchor renderRoot={(props) => <Link {...props} to="/" />} underline="always">
        {t('shell.home')}
      </Anchor>
    </div>
  )
}
