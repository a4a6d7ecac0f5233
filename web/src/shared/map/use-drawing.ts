import type { GeoJSONSource, Map as MlMap } from 'maplibre-gl'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { type Drawing, type DrawingKind, finished, rectangle } from '@/shared/geo/drawing'
import type { LonLat } from '@/shared/geo/geodesy'
import { type KeyBinding, useKeys } from '@/shared/ui/keys'

import { type Drawn, drawnOf } from './drawing-layers'

export type DrawingTool = DrawingKind | 'rectangle'
export type Drafting = {
  tool: DrawingTool | null
  points: LonLat[]
  drawn: Drawn
  begin: (tool: DrawingTool) => void
  add: (point: LonLat) => void
  addCentre: () => void
  undo: () => void
  finish: () => void
  cancel: () => void
}

/** Two points make a rectangle or a circle; the others end when somebody says so. */
function shapeOf(tool: DrawingTool, points: readonly LonLat[]): { kind: DrawingKind; at: LonLat[] } {
  const [first, second] = points
  if (tool !== 'rectangle') return { kind: tool, at: tool === 'circle' ? points.slice(0, 2) : [...points] }
  return { kind: 'polygon', at: first && second ? rectangle(first, second) : [...points] }
}

/** Drawing on a map with pointer or keys: Space sets a point in the middle, Backspace takes one back, Enter ends, Escape leaves. */
export function useDrawing(map: MlMap | null, drawing: Drawing | null, onDrawing?: (drawing: Drawing | undefined) => void): Drafting {
  const [tool, setTool] = useState<DrawingTool | null>(null)
  const [points, setPoints] = useState<LonLat[]>([])
  const begin = useCallback(
    (chosen: DrawingTool) => {
      setTool(chosen)
      setPoints([])
      map?.getCanvas().focus()
    },
    [map],
  )
  const cancel = useCallback(() => {
    setTool(null)
    setPoints([])
  }, [])
  const end = useCallback(
    (chosen: DrawingTool, at: LonLat[]) => {
      const shape = shapeOf(chosen, at)
      const made = finished(shape.kind, shape.at)
      if (!made) return
      cancel()
      onDrawing?.(made)
    },
    [cancel, onDrawing],
  )
  const add = useCallback(
    (point: LonLat) => {
      if (!tool) return
      const next = [...points, point]
      setPoints(next)
      if ((tool === 'rectangle' || tool === 'circle') && next.length === 2) end(tool, next)
    },
    [tool, points, end],
  )
  const drawn = useMemo(() => {
    if (tool) {
      const { kind, at } = shapeOf(tool, points)
      return drawnOf(kind, at)
    }
    return drawing ? drawnOf(drawing.kind, drawing.at) : drawnOf('line', [])
  }, [tool, points, drawing])
  const drafting: Drafting = {
    tool, points, drawn, begin, add, cancel,
    addCentre: () => {
      const centre = map?.getCenter()
      if (centre) add([centre.lng, centre.lat])
    },
    undo: () => setPoints((now) => now.slice(0, -1)),
    finish: () => tool && end(tool, points),
  }
  useDrawingInput(map, drafting)
  return drafting
}

function drawingKeys({ addCentre, undo, finish }: Pick<Drafting, 'addCentre' | 'undo' | 'finish'>): KeyBinding[] {
  return [
    { keys: ['Space'], does: 'addPoint', act: addCentre },
    { keys: ['Backspace', 'mod+Z'], does: 'takeBack', act: undo },
    { keys: ['Enter'], does: 'finish', act: finish },
    { keys: ['Escape'], does: 'leaveDrawing' },
  ]
}

/** The pointer and the keys of the map while something is drawn. */
function useDrawingInput(map: MlMap | null, drafting: Drafting): void {
  const latest = useRef(drafting)
  useEffect(() => {
    latest.current = drafting
  })
  const active = drafting.tool !== null
  const { addCentre, undo, finish } = drafting
  const keys = useKeys('drawing', active ? drawingKeys({ addCentre, undo, finish }) : [])
  const heard = useRef(keys)
  useEffect(() => {
    heard.current = keys
  })
  useEffect(() => {
    if (!map || !active) return undefined
    map.doubleClickZoom.disable()
    const clicked = map.on('click', ({ lngLat }) => latest.current.add([lngLat.lng, lngLat.lat]))
    const ended = map.on('dblclick', (event) => {
      event.preventDefault()
      latest.current.finish()
    })
    const moved = map.on('mousemove', ({ lngLat }) => {
      const { tool, points } = latest.current
      if (!tool || points.length === 0) return
      const { kind, at } = shapeOf(tool, [...points, [lngLat.lng, lngLat.lat]])
      void map.getSource<GeoJSONSource>('drawing')?.setData(drawnOf(kind, at))
    })
    const pressed = (event: KeyboardEvent) => {
      if (event.target === map.getCanvas()) heard.current(event)
    }
    const container = map.getContainer()
    container.addEventListener('keydown', pressed)
    return () => {
      clicked.unsubscribe()
      ended.unsubscribe()
      moved.unsubscribe()
      container.removeEventListener('keydown', pressed)
      map.doubleClickZoom.enable()
    }
  }, [map, active])
}
