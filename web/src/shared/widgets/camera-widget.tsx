import { useTranslation } from 'react-i18next'

import type { Widget } from '@/shared/api/types'
import { useFormat } from '@/shared/format/use-format'
import { Icon } from '@/shared/ui/icon'
import { StateMark } from '@/shared/ui/state-mark'
import { WidgetFrame } from '@/shared/ui/widget-frame'

import classes from './camera-widget.module.css'

/** The place kept for a camera: its name, where it stands, and that nothing is connected. */
export function CameraWidget({ widget }: { widget: Widget }) {
  const { t } = useTranslation()
  const format = useFormat()
  const place = format.text(widget.text)
  return (
    <WidgetFrame
      footer={<StateMark size={10} state="unknown" word={t('board.cameraState')} />}
      status={{ kind: 'ready' }}
      title={format.text(widget.title) || t('board.camera')}
    >
      <div className={classes.root}>
        <Icon name="device-cctv" size={34} />
        <p className={classes.none}>{t('board.cameraNone')}</p>
        {place ? (
          <p className={classes.place}>
            <Icon name="map-pin" size={14} /> {place}
          </p>
        ) : null}
      </div>
    </WidgetFrame>
  )
}
