import { UnstyledButton } from '@mantine/core'
import { type ReactNode, use } from 'react'
import { useTranslation } from 'react-i18next'

import classes from './passport-of.module.css'
import type { RowDims } from './passport-search'
import { FigureQuery, usePassport } from './use-passport'

type Props = {
  indicator: string | null | undefined
  /** Which row of the answer it stands in, where there are several. */
  dims?: RowDims
  at?: number | null
  children: ReactNode
}

/** A figure that opens its passport when it is pressed; where nobody can press, the figure alone. */
export function PassportOf({ indicator, dims, at, children }: Props) {
  const { t } = useTranslation()
  const query = use(FigureQuery)
  const { openPassport, hasPassport } = usePassport()
  if (!query || !indicator || !hasPassport) return children
  return (
    <UnstyledButton
      aria-haspopup="dialog"
      className={classes.figure}
      onClick={() => openPassport({ indicator, query, dims: dims?.length ? dims : undefined, at: at ?? undefined })}
      title={t('passport.open')}
    >
      {children}
    </UnstyledButton>
  )
}
