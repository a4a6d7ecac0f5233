import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { ask } from '@/shared/api/queries'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'

import classes from './shell.module.css'

/** The way back to the board from which somebody went down to the records, with all that was chosen there. */
export function WayBack({ to }: { to: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const router = useRouter()
  const { data: boards = [] } = useQuery(ask.boards())
  const [, , pack, name] = to.split(/[/?]/)
  const board = boards.find(({ id }) => id === `${pack}.${name}`)
  return (
    <nav aria-label={t('shell.back')} className={classes.back}>
      <Anchor
        href={to}
        inherit
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          router.history.push(to)
        }}
        underline="always"
      >
        <Icon name="arrow-left" size={15} /> {t('shell.backTo', { board: format.text(board?.title) })}
      </Anchor>
    </nav>
  )
}
