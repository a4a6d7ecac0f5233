import type { Theme } from '@/shared/theme/theme-scope'

export const themes = ['day', 'night', 'wall'] as const satisfies readonly Theme[]
export type DesignSearch = { theme?: Theme; kind?: string }

/** Keep what can be understood of an address. */
export function readDesignSearch(search: Record<string, unknown>): DesignSearch {
  return {
    theme: themes.find((theme) => theme === search.theme),
    kind: typeof search.kind === 'string' ? search.kind : undefined,
  }
}
