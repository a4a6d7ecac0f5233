import { ActionIcon, Button, Menu, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { forgetRecent } from '@/features/search/recent'
import { useSession } from '@/features/session/use-session'
import { ask } from '@/shared/api/queries'
import { changeLanguage } from '@/shared/i18n/i18n'
import { Icon } from '@/shared/ui/icon'

const schemes = [
  { value: 'light', icon: 'sun' },
  { value: 'dark', icon: 'moon' },
  { value: 'auto', icon: 'sun-moon' },
] as const

/** To the other language; its name is written in that language. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  const other = i18n.language === 'en' ? 'vi' : 'en'
  return (
    <Button
      aria-label={t('shell.language')}
      lang={other}
      leftSection={<Icon name="language" size={16} />}
      onClick={() => void changeLanguage(other)}
      px="xs"
      variant="subtle"
    >
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </Button>
  )
}

/** Light, dark, or as the system has it. */
export function ThemeMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const current = schemes.find(({ value }) => value === colorScheme) ?? schemes[2]
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon aria-label={t('shell.theme', { theme: t(`shell.themes.${current.value}`) })}>
          <Icon name={current.icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, icon }) => (
          <Menu.Item
            aria-checked={colorScheme === value}
            key={value}
            leftSection={<Icon name={icon} size={16} />}
            onClick={() => setColorScheme(value)}
            rightSection={colorScheme === value ? <Icon name="check" size={16} /> : null}
            role="menuitemradio"
          >
            {t(`shell.themes.${value}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** To the list of keys. */
export function KeysButton({ onKeys }: { onKeys: () => void }) {
  const { t } = useTranslation()
  return (
    <ActionIcon aria-label={t('keys.title')} onClick={onKeys} title={t('keys.title')}>
      <Icon name="keyboard" />
    </ActionIcon>
  )
}

/** Who is signed in; in or out. */
export function AccountMenu({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { leave } = useSession()
  const here = useRouterState({ select: ({ location }) => location.href })
  const { data: session } = useQuery(ask.session())
  const viewer = session?.viewer
  if (!viewer || viewer.kind === 'public') {
    const atDoor = here.startsWith('/sign-in')
    if (atDoor) return null
    if (narrow) {
      return (
        <ActionIcon
          aria-label={t('shell.signIn')}
          onClick={() => void navigate({ to: '/sign-in', search: { next: here } })}
        >
          <Icon name="login" />
        </ActionIcon>
      )
    }
    return (
      <Button
        leftSection={<Icon name="login" size={16} />}
        onClick={() => void navigate({ to: '/sign-in', search: { next: here } })}
        variant="default"
      >
        {t('shell.signIn')}
      </Button>
    )
  }
  const signOut = async () => {
    forgetRecent()
    await navigate({ to: '/sign-in' })
    await leave()
  }
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={t('shell.account', { name: viewer.name })} title={viewer.name}>
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {viewer.name} · {viewer.roles.map((role) => t(`board.roles.${role}` as 'board.roles.viewer')).join(', ')}
        </Menu.Label>
        <Menu.Item leftSection={<Icon name="logout" size={16} />} onClick={() => void signOut()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
