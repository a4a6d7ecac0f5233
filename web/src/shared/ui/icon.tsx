import { iconPaths } from './icon-paths'

export type IconName = keyof typeof iconPaths

const paths: Partial<Record<string, string>> = iconPaths

type Props = { name: string; size?: number; className?: string }

/** An outline icon, for the eye only; a name that is not carried is drawn as a plain square grid. */
export function Icon({ name, size = 18, className }: Props) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      fill="none"
      focusable="false"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth={1.75}
      style={{ flex: 'none' }}
      viewBox="0 0 24 24"
      width={size}
    >
      <path d={paths[name] ?? iconPaths.category} />
    </svg>
  )
}
