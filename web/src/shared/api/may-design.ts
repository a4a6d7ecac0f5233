import type { Session } from './types'

const designers = new Set(['operator', 'leader', 'steward', 'admin'])

/** Whether somebody may make boards at all. */
export function mayDesign(session: Session | undefined): boolean {
  return session?.viewer.roles.some((role) => designers.has(role)) ?? false
}
