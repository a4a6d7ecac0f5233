import { ActionIcon, type ComboboxItem, NativeSelect, Select, Switch } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import type { Share } from '@/shared/api/types'
import { fold } from '@/shared/format/fold'
import { Icon } from '@/shared/ui/icon'
import { Dialog } from '@/shared/ui/overlay'

import { roles, useSharing } from '../use-sharing'
import classes from './share-dialog.module.css'
import type { Editor } from './use-editor'

type Props = { editor: Editor; opened: boolean; onClose: () => void }

/** With whom the board is shared: nobody, roles and units, everybody. It holds from the next save on. */
export function ShareDialog({ editor, opened, onClose }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} opened={opened} size={600} title={t('editor.share.title')}>
      <Sharing editor={editor} />
    </Dialog>
  )
}

const keyOf = ({ kind, code }: Share) => `${kind}:${code}`

function Sharing({ editor }: { editor: Editor }) {
  const { t } = useTranslation()
  const { units, nameOf } = useSharing()
  const [round, setRound] = useState(0)
  const { draft, edit } = editor
  const set = (shares: readonly Share[]) => edit({ shares })
  const taken = new Set(draft.shares.map(keyOf))
  const free = (items: ComboboxItem[]) => items.filter(({ value }) => !taken.has(value))
  const groups = [
    { group: t('editor.share.roles'), items: free(roles.map((code) => ({ value: `role:${code}`, label: nameOf({ kind: 'role', code }) }))) },
    { group: t('editor.share.units'), items: free([...units].map(([code, name]) => ({ value: `unit:${code}`, label: name }))) },
  ]
  const add = (value: string | null) => {
    if (!value) return
    const [kind, code] = value.split(/:(.*)/)
    if ((kind === 'role' || kind === 'unit') && code) set([...draft.shares, { kind, code, edit: false }])
    setRound(round + 1)
  }
  return (
    <div className={classes.root}>
      <p className={classes.hint}>{t('editor.share.hint')}</p>
      <Switch
        checked={draft.shared}
        description={t('editor.share.allHint')}
        label={t('editor.share.all')}
        onChange={(event) => edit({ shared: event.currentTarget.checked })}
      />
      <Select
        data={groups}
        data-autofocus
        description={t('editor.share.addHint')}
        filter={({ options, search }) =>
          options.flatMap((option): typeof options => {
            const items = 'items' in option ? option.items.filter(({ label }) => fold(label).includes(fold(search))) : []
            return items.length > 0 ? [{ ...option, items }] : []
          })
        }
        key={round}
        label={t('editor.share.add')}
        leftSection={<Icon name="search" size={16} />}
        limit={80}
        maxDropdownHeight={280}
        nothingFoundMessage={t('editor.share.none')}
        onChange={add}
        openOnFocus={false}
        placeholder={t('editor.share.find')}
        searchable
        value={null}
      />
      {draft.shares.length === 0 ? (
        <p className={classes.hint}>{t(draft.shared ? 'editor.share.onlyAll' : 'editor.share.nobody')}</p>
      ) : (
        <ul aria-label={t('editor.share.list')} className={classes.list}>
          {draft.shares.map((share) => {
            const name = nameOf(share)
            return (
              <li className={classes.one} key={keyOf(share)}>
                <Icon name={share.kind === 'role' ? 'users' : 'building'} size={17} />
                <span className={classes.name}>{name}</span>
                <NativeSelect
                  aria-label={t('editor.share.mayOf', { name })}
                  data={[
                    { value: 'view', label: t('editor.share.view') },
                    { value: 'edit', label: t('editor.share.edit') },
                  ]}
                  onChange={(event) =>
                    set(draft.shares.map((one) => (one === share ? { ...one, edit: event.currentTarget.value === 'edit' } : one)))
                  }
                  size="xs"
                  value={share.edit ? 'edit' : 'view'}
                />
                <ActionIcon aria-label={t('editor.share.remove', { name })} onClick={() => set(draft.shares.filter((one) => one !== share))}>
                  <Icon name="x" size={16} />
                </ActionIcon>
              </li>
            )
          })}
        </ul>
      )}
      <p className={classes.hint}>{t('editor.share.whenSaved')}</p>
    </div>
  )
}
