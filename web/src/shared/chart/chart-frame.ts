import type { Colours } from '@/shared/theme/colours'

type Margins = { left: number; right: number; top: number; bottom: number }

/** What every chart shares: it stands still, tells its data to screen readers, writes in the house's letters, keeps its labels inside. */
export function chartFrame(margins: Margins) {
  return {
    animation: false,
    useUTC: true,
    aria: { enabled: true },
    textStyle: { fontFamily: "'Be Vietnam Pro', sans-serif" },
    grid: { ...margins, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  }
}

/** The look of what a chart says where one points. */
export function tipLook(colours: Colours) {
  return {
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.strong,
    textStyle: { color: colours.text, fontSize: 12 },
  }
}
