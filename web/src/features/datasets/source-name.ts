import type { Dataset } from '@/shared/api/types'
import type { Formatter } from '@/shared/format/formatter'

/** What a source of a dataset is called; its id where nothing else is known. */
export function sourceName({ sources }: Dataset, id: string, format: Formatter): string {
  return format.text(sources.find((source) => source.id === id)?.title) || id
}
