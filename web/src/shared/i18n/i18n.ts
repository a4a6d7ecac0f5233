import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

import { en } from './en/catalogue'
import { vi } from './vi/catalogue'
import type editorWords from './vi/editor.json'
import type entryWords from './vi/entry.json'
import type sourceWords from './vi/source.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    returnNull: false
    resources: { translation: typeof vi & { editor: typeof editorWords; entry: typeof entryWords; source: typeof sourceWords } }
  }
}

export type Language = 'vi' | 'en'
const remembered = 'toancanh.language'

function preferred(): Language {
  try {
    return localStorage.getItem(remembered) === 'en' ? 'en' : 'vi'
  } catch {
    return 'vi'
  }
}

export const i18n = i18next.createInstance()

/** Load the catalogues; Vietnamese unless the reader chose English before. */
export async function startI18n(): Promise<void> {
  await i18n.use(initReactI18next).init({
    resources: { vi: { translation: vi }, en: { translation: en } },
    lng: preferred(),
    fallbackLng: 'vi',
    returnEmptyString: false,
    interpolation: { escapeValue: false },
  })
  document.documentElement.lang = i18n.language
}

export async function changeLanguage(language: Language): Promise<void> {
  await i18n.changeLanguage(language)
  document.documentElement.lang = language
  try {
    localStorage.setItem(remembered, language)
  } catch {
    // A browser without storage forgets the choice; nothing else depends on it.
  }
}
