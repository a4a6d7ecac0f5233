import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, notFound, redirect,
} from '@tanstack/react-router'

import { readBoardSearch } from '@/features/board/board-search'
import { readDatasetSearch } from '@/features/datasets/dataset-search'
import { readDesignSearch } from '@/features/design/design-search'
import { readEntrySearch } from '@/features/entry/entry-search'
import type { HomeSearch } from '@/features/home/home-page'
import { readSince } from '@/features/home/since'
import { readMapSearch } from '@/features/map/map-search'
import { readNewSourceSearch, readSourceSearch, readSourcesSearch } from '@/features/sources/sources-search'
import { readWallsSearch } from '@/features/wall/walls-search'
import { Problem } from '@/shared/api/client'
import { ask } from '@/shared/api/queries'
import { type PassportSearch, readPassport } from '@/shared/passport/passport-search'
import { splitName } from '@/shared/ui/names'

import { Broken, Missing } from './broken'
import { claimDisplay } from './claim-display'
import { Frame } from './frame'

type Context = { client: QueryClient }
export type RootSearch = {
  passport?: PassportSearch
  /** The screen that led here, with all its choices. */
  back?: string
}

/** Where a session is over, the screen asks to sign in again; it opens all the same. */
function unlessOver(error: unknown): void {
  if (!(error instanceof Problem && error.code === 'session_ended')) throw error
}

const rootRoute = createRootRouteWithContext<Context>()({
  validateSearch: (search: Record<string, unknown>): RootSearch => ({
    passport: readPassport(search.passport),
    back: typeof search.back === 'string' && /^\/boards\/[^/]/.test(search.back) ? search.back : undefined,
  }),
  loader: ({ context }) =>
    Promise.all([context.client.ensureQueryData(ask.city()), context.client.ensureQueryData(ask.session()).catch(unlessOver)]),
  component: Frame,
  errorComponent: Broken,
  notFoundComponent: Missing,
})

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): HomeSearch => {
    const { layers, base, at, area } = readMapSearch(search)
    return { since: readSince(search.since), layers, base, at, area }
  },
  component: lazyRouteComponent(() => import('./screens/home-screen'), 'HomeScreen'),
})

const mapRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/map',
  validateSearch: readMapSearch,
  component: lazyRouteComponent(() => import('./screens/map-screen'), 'MapScreen'),
})

const boardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/boards/$pack/$name',
  validateSearch: readBoardSearch,
  component: lazyRouteComponent(() => import('./screens/board-screen'), 'BoardScreen'),
})

/** `/boards/pack.name`, as the API names a board, leads to its page. */
const namedBoardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/boards/$id',
  validateSearch: readBoardSearch,
  beforeLoad: ({ params, search }) => {
    const { pack, name } = splitName(params.id)
    // oxlint-disable-next-line typescript/only-throw-error -- the router takes its ways out as what is thrown
    if (!pack || !name) throw notFound()
    // oxlint-disable-next-line typescript/only-throw-error -- as above
    throw redirect({ to: '/boards/$pack/$name', params: { pack, name }, search, replace: true })
  },
})

const datasetsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/datasets',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({
    q: search.q === undefined || search.q === '' ? undefined : String(search.q),
  }),
  component: lazyRouteComponent(() => import('./screens/datasets-screen'), 'DatasetsScreen'),
})

const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/datasets/$pack/$name',
  validateSearch: readDatasetSearch,
  component: lazyRouteComponent(() => import('./screens/datasets-screen'), 'DatasetScreen'),
})

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  validateSearch: readSourcesSearch,
  component: lazyRouteComponent(() => import('./screens/sources-screens'), 'SourcesScreen'),
})

const newSourceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources/new',
  validateSearch: readNewSourceSearch,
  component: lazyRouteComponent(() => import('./screens/source-editor-screens'), 'NewSourceScreen'),
})

const sourceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources/$id',
  validateSearch: readSourceSearch,
  component: lazyRouteComponent(() => import('./screens/sources-screens'), 'SourceScreen'),
})

const editSourceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources/$id/edit',
  component: lazyRouteComponent(() => import('./screens/source-editor-screens'), 'EditSourceScreen'),
})

const designRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/design',
  validateSearch: readDesignSearch,
  component: lazyRouteComponent(() => import('./screens/design-screen'), 'DesignScreen'),
})

const entryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/entry',
  validateSearch: readEntrySearch,
  component: lazyRouteComponent(() => import('./screens/entry-screens'), 'EntryScreen'),
})

const submissionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/entry/$pack/$name/$unit/$period',
  component: lazyRouteComponent(() => import('./screens/entry-screens'), 'SubmissionScreen'),
})

const wallsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/walls',
  validateSearch: readWallsSearch,
  component: lazyRouteComponent(() => import('./screens/wall-screens'), 'WallsScreen'),
})

const remoteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/walls/$id/remote',
  component: lazyRouteComponent(() => import('./screens/wall-screens'), 'RemoteScreen'),
})

const wallRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wall/$display',
  beforeLoad: ({ params, location }) => claimDisplay(params.display, location.hash),
  component: lazyRouteComponent(() => import('./screens/wall-screens'), 'WallScreen'),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({
    next: typeof search.next === 'string' && /^\/(?!\/)/.test(search.next) ? search.next : undefined,
  }),
  component: lazyRouteComponent(() => import('./screens/sign-in-screen'), 'SignInScreen'),
})

const routeTree = rootRoute.addChildren([
  homeRoute, mapRoute, boardRoute, namedBoardRoute, datasetsRoute, datasetRoute, sourcesRoute, newSourceRoute, sourceRoute, editSourceRoute,
  designRoute, signInRoute,
  wallsRoute, remoteRoute, wallRoute, entryRoute, submissionRoute,
])

/** Addresses of all screens; whatever a reader can set on a screen is part of its address. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    scrollToTopSelectors: ['#main'],
  })
}

declare module '@tanstack/history' {
  interface HistoryState {
    /** When a place was gone to on the map, which then opens there. */
    jump?: number
  }
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
