import type { Area, BoardSummary, DatasetSummary, EntryForm, Field, Indicator, Layer, SourceLine, Text, Wall } from '@/shared/api/types'
import { matchScore } from '@/shared/format/fold'
import type { FoundPlace } from '@/shared/map/use-places'

export type SearchKind = 'field' | 'board' | 'indicator' | 'dataset' | 'area' | 'thing' | 'layer' | 'wall' | 'source' | 'form' | 'page'
export type SearchItem = { kind: SearchKind; id: string; title: string; hint: string; icon: string; words: string; spot?: Spot }
/** Where the map goes to. */
export type Spot = { at: [number, number]; zoom: number; layer?: string }

type Known = {
  /** The city whose areas are listed. */
  city?: Text
  fields: Field[]
  boards: BoardSummary[]
  indicators: Indicator[]
  datasets: DatasetSummary[]
  areas: Area[]
  layers?: Layer[]
  walls?: Wall[]
  sources?: SourceLine[]
  forms?: Pick<EntryForm, 'id' | 'title'>[]
  pages?: { id: string; title: Text; hint: Text; icon: string }[]
}

/** Everything one can go to, with the words in both languages by which it is found. */
export function searchItems(known: Known, language: 'vi' | 'en'): SearchItem[] {
  const say = (text: Text) => text[language]
  const both = (text: Text) => `${text.vi} ${text.en}`
  const fieldOf = (pack: string) => {
    const field = known.fields.find(({ id }) => id === pack)
    return field ? say(field.title) : pack
  }
  return [
    ...known.fields.flatMap((field): SearchItem[] =>
      field.board
        ? [{ kind: 'field', id: field.board, title: say(field.title), hint: say(field.description), icon: field.icon, words: both(field.title) }]
        : [],
    ),
    ...known.boards
      .filter(({ id }) => !known.fields.some(({ board }) => board === id))
      .map((board): SearchItem => ({
        kind: 'board', id: board.id, title: say(board.title), hint: fieldOf(board.pack), icon: 'layout-dashboard', words: both(board.title),
      })),
    ...known.indicators.map((indicator): SearchItem => ({
      kind: 'indicator', id: indicator.id, title: say(indicator.title), hint: fieldOf(indicator.pack), icon: 'chart-line',
      words: `${both(indicator.title)} ${indicator.short ? both(indicator.short) : ''}`,
    })),
    ...known.datasets.map((dataset): SearchItem => ({
      kind: 'dataset', id: dataset.id, title: say(dataset.title), hint: fieldOf(dataset.pack), icon: 'table', words: `${both(dataset.title)} ${dataset.id}`,
    })),
    ...known.areas.map((area): SearchItem => ({
      kind: 'area', id: area.code, title: language === 'en' && area.name_en ? area.name_en : area.full_name, hint: known.city ? say(known.city) : area.code, icon: 'map-pin',
      spot: area.centre ? { at: area.centre, zoom: 11.5 } : undefined,
      words: `${area.full_name} ${area.name_en ?? ''} ${area.code}`,
    })),
    ...(known.layers ?? []).map((layer): SearchItem => ({
      kind: 'layer', id: layer.id, title: say(layer.title), hint: fieldOf(layer.pack), icon: 'stack-2', words: both(layer.title),
    })),
    ...(known.walls ?? []).map((wall): SearchItem => ({
      kind: 'wall', id: wall.id, title: say(wall.title), hint: wall.id, icon: 'broadcast', words: `${both(wall.title)} ${wall.id}`,
    })),
    ...(known.sources ?? [])
      .filter(({ declared }) => declared)
      .map((source): SearchItem => ({
        kind: 'source', id: source.id, title: say(source.title), hint: source.id, icon: 'plug-connected', words: `${both(source.title)} ${source.id}`,
      })),
    ...(known.forms ?? []).map((form): SearchItem => ({
      kind: 'form', id: form.id, title: say(form.title), hint: fieldOf(form.id.split('.')[0] ?? ''), icon: 'pencil', words: `${both(form.title)} ${form.id}`,
    })),
    ...(known.pages ?? []).map((page): SearchItem => ({
      kind: 'page', id: page.id, title: say(page.title), hint: say(page.hint), icon: page.icon, words: both(page.title),
    })),
  ]
}

const mostOfAKind = 6

/** What the server found on the map, besides what is listed already; each place once, however many former ones it holds. */
export function placeItems(found: readonly FoundPlace[], listed: readonly SearchItem[]): SearchItem[] {
  const known = new Set(listed.map(({ kind, id }) => `${kind}:${id}`))
  return found.flatMap(({ key, name, hint, at, area, layer, zoom }): SearchItem[] => {
    const [kind, id] = area ? (['area', area] as const) : (['thing', key] as const)
    if (known.has(`${kind}:${id}`)) return []
    known.add(`${kind}:${id}`)
    return [{
      kind, id, title: name, hint, icon: area ? 'map-pin' : 'current-location', words: name,
      spot: at ? { at, zoom, layer } : undefined,
    }]
  })
}

/** The best answers to what was typed; without words what was chosen last, then the fields and boards. */
export function findItems(items: readonly SearchItem[], wanted: string, recent: readonly SearchItem[] = []): SearchItem[] {
  if (wanted.trim() === '') {
    const before = new Set(recent.map(({ kind, id }) => `${kind}:${id}`))
    return [...recent, ...items.filter(({ kind, id }) => (kind === 'field' || kind === 'board') && !before.has(`${kind}:${id}`))].slice(0, 12)
  }
  const scored = items
    .map((item) => ({ item, score: Math.max(matchScore(item.title, wanted) * 1.2, matchScore(item.words, wanted)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
  const taken = new Map<SearchKind, number>()
  return scored
    .filter(({ item }) => {
      const count = taken.get(item.kind) ?? 0
      taken.set(item.kind, count + 1)
      return count < mostOfAKind
    })
    .map(({ item }) => item)
}
