import { MantineProvider } from '@mantine/core'
import { type ReactNode, useCallback, useState } from 'react'

import { ThemeRoot } from './colours'
import { cssVariables, theme } from './theme'

/** day and night are light and dark; wall is night with everything twice as large, to be read from six metres. */
export type Theme = 'day' | 'night' | 'wall'

type Props = { theme: Theme; children: ReactNode; /** A wall in a bright hall is light. */ scheme?: 'light' | 'dark' }

/** A part of a screen in a theme of its own, whatever the reader chose for the rest. */
export function ThemeScope({ theme: name, children, scheme = name === 'day' ? 'light' : 'dark' }: Props) {
  const [box, setBox] = useState<HTMLElement | null>(null)
  const rootElement = useCallback(() => box ?? undefined, [box])
  return (
    <div data-mantine-color-scheme={scheme} data-tc-theme={name} ref={setBox}>
      {box ? (
        <MantineProvider
          cssVariablesResolver={cssVariables}
          cssVariablesSelector={`[data-tc-theme='${name}']`}
          deduplicateCssVariables={false}
          forceColorScheme={scheme}
          getRootElement={rootElement}
          theme={theme}
        >
          <ThemeRoot value={box}>{children}</ThemeRoot>
        </MantineProvider>
      ) : null}
    </div>
  )
}
