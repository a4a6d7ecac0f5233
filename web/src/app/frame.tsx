import { Outlet, useRouterState } from '@tanstack/react-router'

import { Shell } from './shell'

/** Every screen stands in the shell; the display of a wall fills its screen alone. */
export function Frame() {
  const alone = useRouterState({ select: ({ location }) => location.pathname.startsWith('/wall/') })
  return alone ? <Outlet /> : <Shell />
}
