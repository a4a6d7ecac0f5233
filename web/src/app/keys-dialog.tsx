import { Kbd, Switch } from '@mantine/core'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'

import { useCharacterKeys, useKeyGroups } from '@/shared/ui/keys'
import { Dialog } from '@/shared/ui/overlay'

import classes from './keys-dialog.module.css'

const signs: Partial<Record<string, string>> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', shift: 'Shift', plus: '+',
}
const mac = /mac/i.test(navigator.userAgent)

/** All that can be pressed here, and everywhere. */
export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} opened={opened} size={560} title={t('keys.title')}>
      <KeyList />
    </Dialog>
  )
}

function KeyList() {
  const { t } = useTranslation()
  const groups = useKeyGroups()
  const [characters, setCharacters] = useCharacterKeys()
  return (
    <>
      {groups.map(({ place, keys }) => (
        <section aria-label={t(`keys.place.${place}`)} className={classes.group} key={place}>
          <h3 className={classes.place}>{t(`keys.place.${place}`)}</h3>
          <dl className={classes.list}>
            {keys.map(({ does, keys: ways }) => (
              <div className={classes.row} key={does}>
                <dt>{t(`keys.does.${does}`)}</dt>
                <dd>
                  <Ways ways={ways} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Switch
        checked={characters}
        description={t('keys.charactersHint')}
        label={t('keys.characters')}
        onChange={({ currentTarget }) => setCharacters(currentTarget.checked)}
      />
    </>
  )
}

/** Ways to press the same: one or another, and arrows side by side. */
function Ways({ ways }: { ways: readonly string[] }) {
  const { t } = useTranslation()
  const shown = [...new Set(ways.map((way) => way.replace('shift+?', '?')))]
  const [held = '', ...arrows] = shown.every((way) => way.includes('Arrow')) ? shown.map((way) => way.split(/(?=Arrow)/).at(-1) ?? '') : []
  if (held) {
    return (
      <>
        {shown[0]?.startsWith('shift') ? <>{<Key part="shift" />} + </> : null}
        {[held, ...arrows].map((arrow) => (
          <Key key={arrow} part={arrow} />
        ))}
      </>
    )
  }
  return shown.map((way, index) => (
    <Fragment key={way}>
      {index > 0 ? ` ${t('keys.or')} ` : null}
      {way.split(' ').map((step, at) => (
        <Fragment key={step}>
          {at > 0 ? ` ${t('keys.then')} ` : null}
          {step.split('+').map((part, place) => (
            <Fragment key={part}>
              {place > 0 ? ' + ' : null}
              <Key part={part} />
            </Fragment>
          ))}
        </Fragment>
      ))}
    </Fragment>
  ))
}

function Key({ part }: { part: string }) {
  const { t } = useTranslation()
  if (part === 'mod') return <Kbd>{mac ? '⌘' : 'Ctrl'}</Kbd>
  if (part === 'Space') return <Kbd>{t('keys.space')}</Kbd>
  return <Kbd>{signs[part] ?? (part.length === 1 ? part.toUpperCase() : part)}</Kbd>
}
