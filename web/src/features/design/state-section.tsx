import { useTranslation } from 'react-i18next'

import { Change } from '@/shared/ui/change'
import { StateMark } from '@/shared/ui/state-mark'
import { TrustChip } from '@/shared/ui/trust-chip'

import classes from './design-page.module.css'

const states = ['good', 'watch', 'bad', 'unknown'] as const

/** The four states of a figure and of a feed, the trust chip, and how changes are said. */
export function StateSection() {
  const { t } = useTranslation()
  return (
    <section aria-labelledby="design-states">
      <h2 className={classes.heading} id="design-states">
        {t('design.states')}
      </h2>
      <p className={classes.explain}>{t('design.statesExplain')}</p>
      <ul className={classes.states}>
        {states.map((state) => (
          <li className={classes.state} key={state}>
            <StateMark size={16} state={state} />
            <span className={classes.means}>{t(`design.means.${state}`)}</span>
            <StateMark size={10} state={state} word={t(`common.fresh.${state}`)} />
          </li>
        ))}
      </ul>
      <h3 className={classes.subheading}>{t('design.trust')}</h3>
      <ul className={classes.states}>
        <li className={classes.state}>
          <TrustChip quality={{ complete: 0.98, correct: 1, clean: 0.96, live: 1 }} words />
        </li>
        <li className={classes.state}>
          <TrustChip quality={{ complete: 0.98, correct: 1, clean: 0.8, live: 1 }} words />
        </li>
        <li className={classes.state}>
          <TrustChip quality={{ complete: 0.98, correct: 0.4, clean: 0.8, live: null }} words />
        </li>
      </ul>
      <h3 className={classes.subheading}>{t('design.changes')}</h3>
      <ul className={classes.states}>
        <li className={classes.state}>
          <Change decimals={1} direction="up" now={96.7} than={{ kind: 'previous', value: 95.3 }} unit="%" />
        </li>
        <li className={classes.state}>
          <Change decimals={0} direction="down" now={112} than={{ kind: 'year', value: 90 }} unit="AQI" />
        </li>
        <li className={classes.state}>
          <Change decimals={0} direction="down" now={50} than={{ kind: 'target', value: 50 }} unit="µg/m³" />
        </li>
        <li className={classes.state}>
          <Change decimals={0} direction="none" now={50} than={{ kind: 'previous', value: null }} unit="" />
        </li>
      </ul>
    </section>
  )
}
