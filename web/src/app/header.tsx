import { ActionIcon, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { useLine } from '@/shared/api/live'
import { useCity, useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { StateMark } from '@/shared/ui/state-mark'

import { AccountMenu, KeysButton, LanguageSwitch, ThemeMenu } from './header-menus'
import { NavDrawer, WideNav } from './navigation'
import classes from './shell.module.css'

/** City, demo badge, ways to everywhere, search, and what the reader sets for themselves. */
export function Header({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const city = useCity()
  const wide = useMediaQuery('(min-width: 80em)', true, { getInitialValueInEffect: false })
  const roomy = useMediaQuery('(min-width: 40em)', true, { getInitialValueInEffect: false })
  return (
    <header className={classes.header}>
      {wide ? null : <NavDrawer onKeys={onKeys} />}
      <Link className={classes.brand} to="/">
        <img alt="" height={30} src="/icon.svg" width={30} />
        <span className={classes.names}>
          <span className={classes.product}>Toàn Cảnh</span>
          <span className={classes.city}>{format.text(city.title)}</span>
        </span>
      </Link>
      {city.demo ? (
        <span className={classes.demo} title={t('shell.demoNote')}>
          {t('shell.demo')}
        </span>
      ) : null}
      {wide ? <WideNav /> : null}
      <div className={classes.tools}>
        {wide ? (
          <UnstyledButton aria-keyshortcuts="Control+K" className={classes.search} onClick={onSearch}>
            <Icon name="search" size={16} /> {t('shell.searchShort')} <kbd>Ctrl K</kbd>
          </UnstyledButton>
        ) : (
          <ActionIcon aria-label={t('shell.search')} onClick={onSearch} title={t('shell.search')}>
            <Icon name="search" />
          </ActionIcon>
        )}
        {wide ? <LiveMark /> : null}
        {wide ? <LanguageSwitch /> : null}
        {wide ? <ThemeMenu /> : null}
        {wide ? <KeysButton onKeys={onKeys} /> : null}
        <AccountMenu narrow={!roomy} />
      </div>
    </header>
  )
}

/** Whether events flow right now. */
function LiveMark() {
  const { t } = useTranslation()
  const { status } = useLine()
  const state = status === 'live' ? 'good' : status === 'lost' ? 'bad' : 'unknown'
  return (
    <span className={classes.live} role="status">
      <VisuallyHidden>{t('shell.stream')}</VisuallyHidden>
      <StateMark size={9} state={state} word={t(`shell.live.${status}`)} />
    </span>
  )
}
