import { describe, expect, it } from 'vitest'

import { en } from '@/shared/i18n/en/catalogue'
import enEditor from '@/shared/i18n/en/editor.json'
import enEntry from '@/shared/i18n/en/entry.json'
import enSource from '@/shared/i18n/en/source.json'
import { vi } from '@/shared/i18n/vi/catalogue'
import viEditor from '@/shared/i18n/vi/editor.json'
import viEntry from '@/shared/i18n/vi/entry.json'
import viSource from '@/shared/i18n/vi/source.json'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const name = path ? `${path}.${key}` : key
    if (typeof value === 'string') found.set(name, value)
    else for (const [inner, text] of flat(value, name)) found.set(inner, text)
  }
  return found
}

const bare = (keys: Iterable<string>) => [...new Set([...keys].map((key) => key.replace(/_(one|other)$/, '')))].sort()
const holes = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]))].sort()

describe('catalogues', () => {
  const vietnamese = flat({ ...vi, editor: viEditor, entry: viEntry, source: viSource })
  const english = flat({ ...en, editor: enEditor, entry: enEntry, source: enSource })

  it('say the same things in both languages', () => {
    expect(bare(english.keys())).toEqual(bare(vietnamese.keys()))
  })

  it('leave nothing empty', () => {
    for (const [key, text] of [...vietnamese, ...english]) expect(text.trim(), key).not.toBe('')
  })

  it('fill in the same values', () => {
    for (const [key, text] of vietnamese) {
      const other = english.get(key) ?? english.get(`${key}_other`) ?? ''
      expect(holes(other), key).toEqual(holes(text))
    }
  })

  it('keeps Vietnamese in composed letters', () => {
    for (const [key, text] of vietnamese) expect(text.normalize('NFC'), key).toBe(text)
  })
})
