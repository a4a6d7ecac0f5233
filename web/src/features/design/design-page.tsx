import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'

import { type Theme, ThemeScope } from '@/shared/theme/theme-scope'

import classes from './design-page.module.css'
import { type DesignSearch, themes } from './design-search'
import { StateSection } from './state-section'
import { TokenSection } from './token-section'
import { WidgetSection } from './widget-section'

type Props = { search: DesignSearch; onSearch: (change: DesignSearch) => void }

/** What every screen is made of: tokens, states, and each widget in its five states, in the three themes. */
export function DesignPage({ search, onSearch }: Props) {
  const { t } = useTranslation()
  const theme = search.theme ?? 'day'
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div>
          <h1 className={classes.title}>{t('design.title')}</h1>
          <p className={classes.description}>{t('design.description')}</p>
        </div>
        <SegmentedControl
          aria-label={t('design.theme')}
          data={themes.map((value) => ({ value, label: t(`design.themes.${value}`) }))}
          onChange={(value) => onSearch({ theme: value as Theme })}
          value={theme}
        />
      </header>
      <ThemeScope key={theme} theme={theme}>
        <div className={classes.scope}>
          <TokenSection />
          <StateSection />
          <WidgetSection kind={search.kind} onKind={(kind) => onSearch({ kind })} />
        </div>
      </ThemeScope>
    </div>
  )
}
