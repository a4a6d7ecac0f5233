import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { call } from '@/shared/api/client'
import type { SourceSample } from '@/shared/api/types'

import { bodyOf, idOf } from './draft'
import type { Bench } from './use-bench'

export type Given = { body: string; content_type: string }

const pause = 400

/**
 * What the other side sends, or what was pasted, mapped and checked anew with each change: the sample is asked for once, and
 * its records are mapped again without asking the other side.
 */
export function useTrial(bench: Bench) {
  const [given, setGiven] = useState<Given | null>(null)
  const { draft, secrets } = bench
  const id = idOf({ ...draft, short: draft.short || 'trial' })
  const path = `/sources/${encodeURIComponent(id)}/try`
  const declaration = { ...bodyOf(draft), title: { vi: '–', en: '–' } }
  const filled = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''))
  const connect = useMutation({
    mutationFn: () => call<SourceSample>(path, { method: 'POST', body: { declaration, secrets: filled } }),
    onSuccess: ({ came, rows }) => {
      if (came && rows.length > 0) setGiven({ body: rows.map(({ raw }) => raw).join('\n'), content_type: 'application/x-ndjson' })
    },
  })
  const { settings: _settings, ...asMapped } = declaration
  const [asked] = useDebouncedValue(JSON.stringify({ path, declaration: asMapped }), pause)
  const mapped = useQuery({
    queryKey: ['source-trial', asked, given],
    queryFn: ({ signal }) => {
      const now = JSON.parse(asked) as { path: string; declaration: unknown }
      return call<SourceSample>(now.path, { method: 'POST', body: { declaration: now.declaration, sample: given }, signal })
    },
    enabled: given !== null && draft.declaration.dataset !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
  })
  return { connect, given, paste: setGiven, mapped, sample: given === null ? undefined : mapped.data }
}

export type Trial = ReturnType<typeof useTrial>
