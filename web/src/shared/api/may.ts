import type { Session } from './types'

const roles = {
  /** Compose boards and walls, and steer them. */
  design: new Set(['operator', 'leader', 'steward', 'admin']),
  /** Read what is the house's own, such as how its sources are. */
  inside: new Set(['officer', 'operator', 'leader', 'steward', 'admin']),
  /** Administer people, keys, displays and sources. */
  administer: new Set(['admin']),
}

/** Whether somebody is offered an action; the server decides. */
export function may(session: Session | undefined, action: keyof typeof roles): boolean {
  return session?.viewer.roles.some((role) => roles[action].has(role)) ?? false
}
