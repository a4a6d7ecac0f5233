import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'

import type { MapSearch } from '@/features/map/map-search'
import { SearchDialog } from '@/features/search/search-dialog'
import type { SearchItem } from '@/features/search/search-items'
import { SessionOver } from '@/features/session/session-over'
import { ask } from '@/shared/api/queries'
import { useSessionOver } from '@/shared/api/session-watch'
import { useScreenKeys } from '@/shared/ui/keys'
import { splitName } from '@/shared/ui/names'
import { usePassport } from '@/shared/passport/use-passport'

import { Banners } from './banners'
import { Header } from './header'
import { KeysDialog } from './keys-dialog'
import { useEntryDesk, useInside } from './navigation'
import classes from './shell.module.css'

const PassportDrawer = lazy(() =>
  import('@/shared/passport/passport-drawer').then((module) => ({ default: module.PassportDrawer })),
)

function spotOf({ spot }: SearchItem): MapSearch['at'] {
  return spot ? [spot.at[0], spot.at[1], spot.zoom] : undefined
}

/** What stands around every screen: header, warnings, search, and the passport of a number. */
export function Shell() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { passport } = useSearch({ strict: false })
  const { pack } = useParams({ strict: false })
  const { openPassport } = usePassport()
  const atDoor = useRouterState({ select: ({ location }) => location.pathname === '/sign-in' })
  const [searching, search] = useDisclosure(false)
  const over = useSessionOver()
  const [listed, list] = useDisclosure(false)
  const client = useQueryClient()
  const inside = useInside()
  const desk = useEntryDesk()
  useScreenKeys('everywhere', [
    { keys: ['mod+K'], does: 'search', act: () => over || search.open(), always: true },
    { keys: ['g h'], does: 'home', act: () => navigate({ to: '/' }) },
    { keys: ['g m'], does: 'map', act: () => navigate({ to: '/map' }) },
    { keys: ['g d'], does: 'data', act: () => navigate({ to: '/datasets' }) },
    ...(desk.open ? [{ keys: ['g e'] as const, does: 'entry' as const, act: () => navigate({ to: '/entry' }) }] : []),
    ...(inside ? [{ keys: ['g w'] as const, does: 'walls' as const, act: () => navigate({ to: '/walls' }) }] : []),
    { keys: ['shift+?', '?'], does: 'keys', act: list.open },
    { keys: ['Escape'], does: 'close' },
  ])

  /** The map opens anew where it is asked to, also where one stands on it already. */
  const toMap = (there: MapSearch) => void navigate({ to: '/map', search: there, state: { jump: Date.now() } })
  const withLayer = (id: string | undefined) => {
    const shown = (client.getQueryData(ask.layers().queryKey) ?? []).filter(({ visible, kind }) => visible && kind === 'points')
    return id ? [...new Set([...shown.map((layer) => layer.id), id])] : undefined
  }
  const go = (item: SearchItem) => {
    switch (item.kind) {
      case 'field':
      case 'board':
        return void navigate({ to: '/boards/$pack/$name', params: splitName(item.id) })
      case 'dataset':
        return void navigate({ to: '/datasets/$pack/$name', params: splitName(item.id) })
      case 'area':
        return pack && location.pathname.startsWith('/boards/')
          ? void navigate({ to: '.', search: (before) => ({ ...before, area: item.id }) })
          : toMap({ area: item.id, at: spotOf(item) })
      case 'thing':
        return toMap({ at: spotOf(item), layers: withLayer(item.spot?.layer) })
      case 'layer':
        return toMap({ layers: [item.id] })
      case 'source':
        return void navigate({ to: '/sources/$id', params: { id: item.id } })
      case 'form':
        return void navigate({ to: '/entry', search: { form: item.id } })
      case 'wall':
        return void navigate({ to: '/walls/$id/remote', params: { id: item.id } })
      case 'page':
        return void navigate({ to: item.id })
      default:
        return openPassport({ indicator: item.id, query: { indicators: [item.id], time: { last: '30d' } } })
    }
  }

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t('shell.skip')}
      </a>
      <Header onKeys={list.open} onSearch={search.open} />
      <Banners />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the skip link leads here */}
      <main className={classes.main} id="main" tabIndex={-1}>
        <Outlet />
        {/* Menus, lists and dialogs open in here, so that they belong to a landmark. */}
        <div data-mantine-shared-portal-node="true" />
      </main>
      <SessionOver quiet={atDoor} />
      <SearchDialog onClose={search.close} onGo={go} opened={searching} />
      <KeysDialog onClose={list.close} opened={listed} />
      <Suspense fallback={null}>
        <PassportDrawer passport={passport} />
      </Suspense>
    </div>
  )
}
