import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { splitName } from './names'

type Props = { id: string; children: ReactNode; className?: string; search?: Record<string, string | Record<string, string> | undefined> }

/** A link to the page of a dataset. */
export function DatasetLink({ id, children, className, search = {} }: Props) {
  return (
    <Anchor
      className={className}
      inherit
      renderRoot={(props) => <Link {...props} params={splitName(id)} search={search} to="/datasets/$pack/$name" />}
      underline="always"
    >
      {children}
    </Anchor>
  )
}

/** A link to the page of a source; of a sender that nobody declared with the dataset that it sends to. */
export function SourceLink({ id, dataset, children }: { id: string; dataset?: string; children: ReactNode }) {
  return (
    <Anchor
      inherit
      renderRoot={(props) => <Link {...props} params={{ id }} search={{ dataset: id.includes(':') ? dataset : undefined }} to="/sources/$id" />}
      underline="always"
    >
      {children}
    </Anchor>
  )
}

/** A link to a board. */
export function BoardLink({ id, children, className }: Props) {
  return (
    <Link className={className} params={splitName(id)} to="/boards/$pack/$name">
      {children}
    </Link>
  )
}
