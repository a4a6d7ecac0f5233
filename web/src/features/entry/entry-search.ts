/** What the address of the entry desk says: which part of it, and which submissions of all that are asked for. */
export type EntrySearch = { tab?: 'units' | 'delegations'; form?: string; unit?: string; group?: Group; mine?: true }

export const groups = ['late', 'returned', 'soon', 'waiting', 'correcting', 'done'] as const
export type Group = (typeof groups)[number]

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length < 130 ? value : undefined
}

/** Keep what can be understood of an address. */
export function readEntrySearch(search: Record<string, unknown>): EntrySearch {
  return {
    tab: search.tab === 'units' || search.tab === 'delegations' ? search.tab : undefined,
    form: text(search.form),
    unit: text(search.unit),
    group: groups.find((group) => group === search.group),
    mine: search.mine === true ? true : undefined,
  }
}
