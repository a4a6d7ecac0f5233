import { useTranslation } from 'react-i18next'

import type { BoardVersion } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'

import classes from './versions.module.css'

type Changes = NonNullable<BoardVersion['changes']>
type Touched = Changes['added'][number]

/** What a version changed of the one before, a line for each kind of change. */
export function ChangeList({ version }: { version: BoardVersion }) {
  const { t } = useTranslation()
  const format = useFormat()
  const named = ({ title, kind }: Touched) => `“${format.text(title) || t(`editor.kind.${kind}` as 'editor.kind.text')}”`
  const all = (some: Touched[]) => some.map(named).join(', ')
  const { changes, restored } = version
  const lines: string[] = []
  if (restored) lines.push(t('editor.versions.restored', { version: restored }))
  if (!changes) lines.push(t(version.version === 1 ? 'editor.versions.first' : 'editor.versions.oldest'))
  else {
    for (const name of changes.about) lines.push(t(`editor.versions.about.${name}` as 'editor.versions.about.title'))
    const { added, removed, changed, moved } = changes
    if (added.length > 0) lines.push(t('editor.versions.added', { names: all(added) }))
    if (removed.length > 0) lines.push(t('editor.versions.removed', { names: all(removed) }))
    for (const one of changed) {
      const fields = one.fields.map((field) => t(`editor.field.${field}` as 'editor.field.title')).join(', ')
      lines.push(t('editor.versions.changed', { name: named(one), fields }))
    }
    if (moved.length > 0) lines.push(t('editor.versions.moved', { names: all(moved) }))
    if (lines.length === 0) lines.push(t('editor.versions.same'))
  }
  return (
    <ul className={classes.changes}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}
