import { address, fetchBlob } from '@/shared/api/client'

import type { WidgetSource } from './widget-place'

export type FileForm = 'csv' | 'xlsx'

/** A widget's figures or records as a file of the server. */
export function widgetFile(source: WidgetSource, form: FileForm, language: 'vi' | 'en'): Promise<Blob> {
  if (source.records) return fetchBlob(recordsPath(source.records.id), { search: { ...source.records.search, format: form, bom: true } })
  return fetchBlob('/query', { method: 'POST', body: source.query, search: { format: form, language, bom: form === 'csv' } })
}

function recordsPath(id: string): string {
  return `/datasets/${encodeURIComponent(id)}/records`
}

/** The same question for a command line; whoever is signed in here needs a key of their own there. */
export function curlOf({ query, records }: WidgetSource, origin: string, open: boolean): string {
  const key = open ? '' : ` -H "Authorization: Bearer $TOANCANH_KEY"`
  if (records) return `curl${key} ${quoted(`${origin}${address(recordsPath(records.id), records.search)}`)}`
  return `curl${key} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(query))} ${quoted(`${origin}/api/v1/query`)}`
}

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** What a title may be called as a file: letters and digits, without what file systems refuse. */
export function fileName(title: string, ending: string): string {
  const name = title.replace(/[^\p{L}\p{N}.,()-]+/gu, ' ').trim().slice(0, 120)
  return `${name || 'toan-canh'}.${ending}`
}

/** Hand a file to the browser. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
