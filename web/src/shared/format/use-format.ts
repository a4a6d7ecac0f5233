import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import type { City } from '@/shared/api/types'

import { Formatter, type Language } from './formatter'

const made = new Map<string, Formatter>()

function formatter(language: Language, zone: string): Formatter {
  const key = `${language} ${zone}`
  let found = made.get(key)
  if (!found) {
    found = new Formatter(language, zone)
    made.set(key, found)
  }
  return found
}

/** The city, loaded before any screen is drawn. */
export function useCity(): City {
  return useSuspenseQuery(ask.city()).data
}

/** Numbers, times and texts in the reader's language and the city's zone. */
export function useFormat(): Formatter {
  const { i18n } = useTranslation()
  const city = useCity()
  return formatter(i18n.language === 'en' ? 'en' : 'vi', city.time_zone)
}
