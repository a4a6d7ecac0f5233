/** What the address of the page of walls says: which wall or display is being made or changed. */
export type WallsSearch = { wall?: string; display?: string }

export const made = 'new'

function name(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(value) ? value : undefined
}

export function readWallsSearch(search: Record<string, unknown>): WallsSearch {
  return { wall: name(search.wall), display: name(search.display) }
}
