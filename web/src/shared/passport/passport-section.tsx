import type { ReactNode } from 'react'

import classes from './passport.module.css'

/** One part of a passport under its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h4 className={classes.heading}>{title}</h4>
      {children}
    </section>
  )
}
