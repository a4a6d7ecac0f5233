import classes from './sparkline.module.css'

type Props = { points: [number, number | null][] }

/** The course of a figure in a strip; gaps stay gaps. The figure itself is written beside it. */
export function Sparkline({ points }: Props) {
  const known = points.filter((point): point is [number, number] => point[1] !== null)
  const first = known[0]
  const last = known.at(-1)
  if (!first || !last || known.length < 2) return null
  const low = Math.min(...known.map(([, value]) => value))
  const high = Math.max(...known.map(([, value]) => value))
  const x = (at: number) => ((at - first[0]) / (last[0] - first[0] || 1)) * 100
  const y = (value: number) => (high > low ? 22 - ((value - low) / (high - low)) * 20 : 12)
  let path = ''
  let pen = 'M'
  for (const [at, value] of points) {
    if (value === null) pen = 'M'
    else {
      path += `${pen}${x(at).toFixed(2)} ${y(value).toFixed(2)}`
      pen = 'L'
    }
  }
  return (
    <svg aria-hidden="true" className={classes.root} preserveAspectRatio="none" viewBox="0 0 100 24">
      <path className={classes.line} d={path} />
    </svg>
  )
}
