import type { Map as MlMap } from 'maplibre-gl'

import type { State } from '@/shared/api/types'
import type { Colours } from '@/shared/theme/colours'
import { stateShapes } from '@/shared/ui/state-mark'

import { hatch } from './colour-layers'
import { moving, standing } from './track-layers'

const states: State[] = ['good', 'watch', 'bad', 'unknown']
const ratio = 2
const box = 18

/** Thin slanting lines that meet at the edges of their tile. */
function addHatch(map: MlMap, colours: Colours): void {
  const side = 8 * ratio
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return
  pen.strokeStyle = colours.state.unknown
  pen.lineWidth = ratio
  for (const start of [-side, 0, side]) {
    pen.moveTo(start, side)
    pen.lineTo(start + side, 0)
  }
  pen.stroke()
  if (map.hasImage(hatch)) map.removeImage(hatch)
  map.addImage(hatch, pen.getImageData(0, 0, side, side), { pixelRatio: ratio })
}

/** A ship's outline from above for what moves, and a dot for what stands. */
function addTrackImages(map: MlMap, colours: Colours): void {
  for (const [name, path] of [[moving, 'M9 1L13.5 15.5L9 12.5L4.5 15.5Z'], [standing, 'M5.5 9a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0']] as const) {
    const canvas = document.createElement('canvas')
    canvas.width = box * ratio
    canvas.height = box * ratio
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    if (!pen) continue
    pen.scale(ratio, ratio)
    const shape = new Path2D(path)
    pen.lineJoin = 'round'
    pen.lineWidth = 2.5
    pen.strokeStyle = colours.map.home
    pen.stroke(shape)
    pen.fillStyle = colours.text
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    pen.fill(shape)
    if (map.hasImage(name)) map.removeImage(name)
    map.addImage(name, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: ratio })
  }
}

/** Put the shapes of the states on a map, the same as beside every figure, and those of what moves. */
export function addStateImages(map: MlMap, colours: Colours): void {
  addHatch(map, colours)
  addTrackImages(map, colours)
  for (const state of states) {
    const canvas = document.createElement('canvas')
    canvas.width = box * ratio
    canvas.height = box * ratio
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    if (!pen) continue
    pen.scale(ratio, ratio)
    pen.translate(3, 3)
    const shape = new Path2D(stateShapes[state].path)
    pen.lineJoin = 'round'
    pen.lineWidth = 4
    pen.strokeStyle = colours.map.home
    pen.stroke(shape)
    pen.fillStyle = stateShapes[state].hollow ? colours.map.home : colours.state[state]
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    pen.fill(shape)
    if (stateShapes[state].hollow) {
      pen.lineWidth = 2
      pen.strokeStyle = colours.state[state]
      pen.stroke(shape)
    }
    const name = `state-${state}`
    if (map.hasImage(name)) map.removeImage(name)
    map.addImage(name, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: ratio })
  }
}
