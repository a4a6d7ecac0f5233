import { use } from 'react'
import { useTranslation } from 'react-i18next'

import { useFormat } from '@/shared/format/use-format'
import { ThemeRoot } from '@/shared/theme/colours'
import { Figure } from '@/shared/ui/figure'

import { contrast } from './contrast'
import classes from './design-page.module.css'

const groups = {
  surfaces: ['surface', 'sunken', 'hover', 'border', 'border-strong', 'grid'],
  accent: ['accent', 'accent-hover', 'accent-text'],
  states: ['good', 'watch', 'bad', 'unknown', 'good-soft', 'watch-soft', 'bad-soft', 'unknown-soft'],
  series: ['series-1', 'series-2', 'series-3', 'series-4', 'series-rest'],
  map: ['sea', 'land', 'home', 'line'],
} as const
const measured = new Set<string>(['states', 'series'])
const lengths = ['gap', 'row', 'header'] as const

/** Every token of tokens.css with its value in this theme, and how far it stands out from a surface. */
export function TokenSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const root = use(ThemeRoot)
  const style = root ? getComputedStyle(root) : null
  const read = (name: string) => style?.getPropertyValue(`--tc-${name}`).trim() ?? ''
  const surface = read('surface')
  return (
    <section aria-labelledby="design-tokens">
      <h2 className={classes.heading} id="design-tokens">
        {t('design.tokens')}
      </h2>
      <p className={classes.explain}>{t('design.tokensExplain')}</p>
      {Object.entries(groups).map(([group, names]) => (
        <div key={group}>
          <h3 className={classes.subheading}>{t(`design.groups.${group as keyof typeof groups}`)}</h3>
          <ul className={classes.tokens}>
            {names.map((name) => {
              const ratio = measured.has(group) && !name.endsWith('-soft') ? contrast(read(name), surface) : null
              return (
                <li className={classes.token} key={name}>
                  <span aria-hidden="true" className={classes.swatch} style={{ background: `var(--tc-${name})` }} />
                  <span className={classes.tokenText}>
                    <code>--tc-{name}</code>
                    <span className={classes.value}>{read(name)}</span>
                    {ratio === null ? null : (
                      <span className={classes.value}>{t('design.contrast', { ratio: format.number(ratio, 1) })}</span>
                    )}
                  </span>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
      <h3 className={classes.subheading}>{t('design.groups.sizes')}</h3>
      <ul className={classes.tokens}>
        {lengths.map((name) => (
          <li className={classes.token} key={name}>
            <span className={classes.tokenText}>
              <code>--tc-{name}</code>
              <span className={classes.value}>{read(name)}</span>
            </span>
          </li>
        ))}
      </ul>
      <h3 className={classes.subheading}>{t('design.groups.figures')}</h3>
      <ul className={classes.sizes}>
        {(['text', 'card', 'large'] as const).map((size) => (
          <li key={size}>
            <Figure decimals={1} size={size} unit="µg/m³" value={1234.5} />
          </li>
        ))}
        <li>
          <Figure size="card" unit="%" value={null} />
        </li>
      </ul>
    </section>
  )
}
