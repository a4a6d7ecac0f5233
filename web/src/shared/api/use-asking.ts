import { hashKey, type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'

/** Whether a question is under way; heard apart from its answer, so that nothing else is drawn anew. */
export function useAsking(key: QueryKey | undefined): boolean {
  const cache = useQueryClient().getQueryCache()
  const hash = key ? hashKey(key) : null
  const subscribe = useCallback(
    (told: () => void) => cache.subscribe(({ query }) => (query.queryHash === hash ? told() : undefined)),
    [cache, hash],
  )
  return useSyncExternalStore(subscribe, () => hash !== null && cache.get(hash)?.state.fetchStatus === 'fetching')
}
