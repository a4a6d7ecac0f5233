import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { WidgetFrame } from '@/shared/ui/widget-frame'

import classes from './text-widget.module.css'

/** A note in paragraphs; an empty line begins the next one. */
export function TextWidget({ widget }: { widget: Widget }) {
  const format = useFormat()
  const paragraphs = format.text(widget.text).split(/\n\s*\n/)
  return (
    <WidgetFrame status={{ kind: 'ready' }} title={format.text(widget.title)}>
      <div className={classes.text}>
        {paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
    </WidgetFrame>
  )
}
