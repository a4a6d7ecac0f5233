import { ActionIcon, Menu, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { newBoardId } from '@/features/board/board-search'
import { may } from '@/shared/api/may'
import { askEntry } from '@/shared/api/entry-queries'
import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { splitName } from '@/shared/ui/names'
import { SidePanel } from '@/shared/ui/overlay'

import { KeysButton, LanguageSwitch, ThemeMenu } from './header-menus'
import classes from './shell.module.css'

type Entry = { id: string; title: string; icon: string }

/** Boards to go to: each field's first, under the field's name; then all others. */
function useEntries(): Entry[] {
  const format = useFormat()
  const { data: fields = [] } = useQuery(ask.fields())
  const { data: boards = [] } = useQuery(ask.boards())
  const first = fields.flatMap(({ board, title, icon }) => (board ? [{ id: board, title: format.text(title), icon }] : []))
  const rest = boards
    .filter(({ id }) => !first.some((entry) => entry.id === id))
    .map(({ id, title }) => ({ id, title: format.text(title), icon: 'layout-dashboard' }))
  return [...first, ...rest]
}

function useMaker(): boolean {
  const { data: session } = useQuery(ask.session())
  return may(session, 'design')
}

const exact = { exact: true, includeSearch: false }

/** Whether somebody is signed in: walls are the house's own. */
export function useInside(): boolean {
  const { data: session } = useQuery(ask.session())
  return session !== undefined && session.viewer.kind !== 'public'
}

/** The entry desk, where forms concern the reader, and how many of them wait. */
export function useEntryDesk(): { open: boolean; waiting: number } {
  const inside = useInside()
  const { data: forms } = useQuery({ ...askEntry.forms(), enabled: inside })
  const open = inside && forms !== undefined && forms.length > 0
  const { data: duties = [] } = useQuery({ ...askEntry.duties(), enabled: open })
  return { open, waiting: duties.filter(({ waits }) => waits).length }
}

function Waiting({ count }: { count: number }) {
  const { t } = useTranslation()
  return count > 0 ? (
    <span className={classes.count} title={t('shell.entryWaiting', { count })}>
      <span aria-hidden="true">{count}</span>
      <span className="tc-hidden">, {t('shell.entryWaiting', { count })}</span>
    </span>
  ) : null
}

/** Whether how sources are is shown to the viewer. */
function useStaff(): boolean {
  const { data: session } = useQuery(ask.session())
  return may(session, 'inside')
}

export function WideNav() {
  const { t } = useTranslation()
  const inside = useInside()
  const staff = useStaff()
  const entries = useEntries()
  const maker = useMaker()
  const desk = useEntryDesk()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const onBoard = path.startsWith('/boards/')
  const { pack, name } = useParams({ strict: false })
  const current = onBoard ? entries.find(({ id }) => id === `${pack}.${name}`) : undefined
  return (
    <nav aria-label={t('shell.navigation')} className={classes.nav}>
      <Link activeOptions={exact} className={classes.link} to="/">
        {t('shell.home')}
      </Link>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <UnstyledButton className={`${classes.link} ${classes.current}`} data-active={onBoard} title={current?.title}>
            <span>{current ? current.title : t('shell.fields')}</span> <Icon name="chevron-down" size={15} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {entries.map((entry) => (
            <Menu.Item
              key={entry.id}
              leftSection={<Icon name={entry.icon} size={17} />}
              renderRoot={(props) => <Link {...props} params={splitName(entry.id)} to="/boards/$pack/$name" />}
            >
              {entry.title}
            </Menu.Item>
          ))}
          {maker ? (
            <>
              <Menu.Divider />
              <Menu.Item
                leftSection={<Icon name="plus" size={17} />}
                renderRoot={(props) => <Link {...props} params={splitName(newBoardId)} to="/boards/$pack/$name" />}
              >
                {t('board.new')}
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <Link activeOptions={{ includeSearch: false }} className={classes.link} to="/map">
        {t('map.title')}
      </Link>
      <Link activeOptions={{ includeSearch: false }} className={classes.link} to="/datasets">
        {t('shell.data')}
      </Link>
      {desk.open ? (
        <Link activeOptions={{ includeSearch: false }} className={classes.link} to="/entry">
          {t('shell.entry')} <Waiting count={desk.waiting} />
        </Link>
      ) : null}
      {staff ? (
        <Menu position="bottom-start" shadow="md">
          <Menu.Target>
            <UnstyledButton className={classes.link} data-active={/^\/(sources|walls)/.test(path)}>
              <span>{t('shell.operations')}</span> <Icon name="chevron-down" size={15} />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Icon name="plug-connected" size={17} />} renderRoot={(props) => <Link {...props} to="/sources" />}>
              {t('shell.sources')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="broadcast" size={17} />} renderRoot={(props) => <Link {...props} to="/walls" />}>
              {t('wall.walls')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : inside ? (
        <Link activeOptions={{ includeSearch: false }} className={classes.link} to="/walls">
          {t('wall.walls')}
        </Link>
      ) : null}
    </nav>
  )
}

/** The same ways behind one button where the header is narrow. */
export function NavDrawer({ onKeys }: { onKeys: () => void }) {
  const { t } = useTranslation()
  const inside = useInside()
  const staff = useStaff()
  const entries = useEntries()
  const maker = useMaker()
  const desk = useEntryDesk()
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <ActionIcon aria-label={t('shell.menu')} onClick={open}>
        <Icon name="menu-2" size={20} />
      </ActionIcon>
      <SidePanel onClose={close} opened={opened} side="left" size={300} title={t('shell.navigation')}>
        <nav aria-label={t('shell.navigation')} className={classes.drawer}>
          <Link activeOptions={exact} className={classes.link} onClick={close} to="/">
            <Icon name="home" /> {t('shell.home')}
          </Link>
          <Link activeOptions={exact} className={classes.link} onClick={close} to="/map">
            <Icon name="map" /> {t('map.title')}
          </Link>
          <Link activeOptions={exact} className={classes.link} onClick={close} to="/datasets">
            <Icon name="table" /> {t('shell.data')}
          </Link>
          {desk.open ? (
            <Link activeOptions={exact} className={classes.link} onClick={close} to="/entry">
              <Icon name="pencil" /> {t('shell.entry')} <Waiting count={desk.waiting} />
            </Link>
          ) : null}
          {inside ? (
            <Link activeOptions={exact} className={classes.link} onClick={close} to="/walls">
              <Icon name="broadcast" /> {t('wall.walls')}
            </Link>
          ) : null}
          {staff ? (
            <Link activeOptions={exact} className={classes.link} onClick={close} to="/sources">
              <Icon name="plug-connected" /> {t('shell.sources')}
            </Link>
          ) : null}
          <p className={classes.drawerHeading}>{t('shell.fields')}</p>
          {entries.map((entry) => (
            <Link
              activeOptions={exact}
              className={classes.link}
              key={entry.id}
              onClick={close}
              params={splitName(entry.id)}
              to="/boards/$pack/$name"
            >
              <Icon name={entry.icon} /> {entry.title}
            </Link>
          ))}
          {maker ? (
            <Link activeOptions={exact} className={classes.link} onClick={close} params={splitName(newBoardId)} to="/boards/$pack/$name">
              <Icon name="plus" /> {t('board.new')}
            </Link>
          ) : null}
          <p className={classes.drawerHeading}>{t('shell.settings')}</p>
          <div>
            <LanguageSwitch />
            <ThemeMenu />
            <KeysButton
              onKeys={() => {
                close()
                onKeys()
              }}
            />
          </div>
        </nav>
      </SidePanel>
    </>
  )
}
