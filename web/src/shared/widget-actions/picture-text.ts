import type { QueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'

import { ask } from '@/shared/api/queries'
import type { City } from '@/shared/api/types'
import type { Formatter } from '@/shared/format/formatter'

import type { PictureText } from './picture'
import type { WidgetPlace, WidgetSource } from './widget-place'

type Given = {
  title: string
  subtitle: string | undefined
  source: WidgetSource
  place: WidgetPlace
  city: City
  t: TFunction
  format: Formatter
  client: QueryClient
}

/** The words around the picture of a widget: of when, from where, how new, by which law, and where to look it up. */
export async function pictureText({ title, subtitle, source, place, city, t, format, client }: Given): Promise<PictureText> {
  const datasets = await Promise.all(source.datasets.map((id) => client.ensureQueryData(ask.dataset(id))))
  const passports = source.answer?.provenance.indicators ?? []
  const newest = passports.map((one) => one.newest).filter((at) => at !== null).toSorted().at(-1)
  const asked = source.answer?.provenance.asked_at ?? new Date().toISOString()
  const origin = datasets.map((one) => {
    const senders = one.sources.map(({ id, title: named }) => (named ? format.text(named) : id)).join(', ')
    return senders ? `${format.text(one.title)} (${senders})` : format.text(one.title)
  })
  const laws = [...new Set(passports.flatMap(({ legal }) => legal.map(({ number }) => number)))]
  const at = newest ? format.moment(newest) : null
  return {
    title,
    under: [[format.text(city.title), subtitle, ...place.said].filter(Boolean).join(' · ')],
    sources: [
      ...(origin.length > 0 ? [t('board.actions.sources', { sources: origin.join('; ') })] : []),
      [
        at ? t('board.actions.newest', { at }) : null,
        t('board.actions.asked', { at: format.moment(asked) }),
        laws.length > 0 ? t('board.actions.laws', { laws: laws.join(', ') }) : null,
      ].filter(Boolean).join(' · '),
      t('board.actions.lookUp', { address: place.link() }),
    ],
    badge: city.demo ? t('shell.demo').toLocaleUpperCase(format.language) : null,
  }
}
