import { domToCanvas } from 'modern-screenshot'

import { mapPicture } from './map-pictures'
import { wrapped } from './wrapped'

export type PictureText = { title: string; under: string[]; sources: string[]; badge: string | null }

const scale = 2
const margin = 20
const family = "'Be Vietnam Pro', system-ui, sans-serif"

type Row = { text: string; size: number; weight: number; colour: string; before: number }

/** A widget as a PNG of twice its size: its title and period above, its sources below. */
export async function pictureOf(body: HTMLElement, text: PictureText): Promise<Blob> {
  const style = getComputedStyle(body)
  const paint = (name: string) => style.getPropertyValue(name).trim()
  const [surface, ink, dim] = [paint('--tc-surface'), style.color, paint('--mantine-color-dimmed')]
  const drawn = await drawnBody(body)
  const width = Math.max(body.clientWidth, 320)
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const lay = (rows: Row[]) =>
    rows.flatMap((row) => {
      pen.font = `${row.weight} ${row.size}px ${family}`
      const found = wrapped(row.text, width, (words) => pen.measureText(words).width)
      return found.map((words, place) => ({ ...row, text: words, before: place === 0 ? row.before : 2 }))
    })
  const head = lay([
    { text: text.title, size: 18, weight: 600, colour: ink, before: 0 },
    ...text.under.map((said) => ({ text: said, size: 13, weight: 400, colour: dim, before: 4 })),
  ])
  const foot = lay([
    ...text.sources.map((said) => ({ text: said, size: 12, weight: 400, colour: dim, before: 4 })),
    ...(text.badge ? [{ text: text.badge, size: 13, weight: 600, colour: ink, before: 8 }] : []),
  ])
  const heightOf = (rows: Row[]) => rows.reduce((sum, { size, before }) => sum + before + size * 1.35, 0)
  const top = margin + heightOf(head) + 12
  const height = top + body.clientHeight + 10 + heightOf(foot) + margin
  canvas.width = (width + 2 * margin) * scale
  canvas.height = height * scale
  pen.scale(scale, scale)
  pen.fillStyle = surface
  pen.fillRect(0, 0, width + 2 * margin, height)
  const write = (rows: Row[], from: number) => {
    let y = from
    for (const row of rows) {
      y += row.before + row.size * 1.35
      pen.font = `${row.weight} ${row.size}px ${family}`
      pen.fillStyle = row.colour
      pen.fillText(row.text, margin, y - row.size * 0.3)
    }
  }
  write(head, margin)
  pen.drawImage(drawn, margin, top, body.clientWidth, body.clientHeight)
  write(foot, top + body.clientHeight + 10)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  )
}

/** What the body of a widget shows. A map is read as it is rendered, and laid beneath the rest but its buttons. */
async function drawnBody(body: HTMLElement): Promise<HTMLCanvasElement> {
  const box = body.getBoundingClientRect()
  const maps = await Promise.all(
    [...body.querySelectorAll('canvas')].flatMap((canvas) => {
      const picture = mapPicture(canvas)
      return picture ? [picture.then((image) => ({ canvas, image, at: canvas.getBoundingClientRect() }))] : []
    }),
  )
  const beneath = new Set<Node>(maps.map(({ canvas }) => canvas))
  const above = await domToCanvas(body, {
    scale,
    width: body.clientWidth,
    height: body.clientHeight,
    backgroundColor: null,
    style: { margin: '0', boxSizing: 'border-box' },
    filter: (node) => !beneath.has(node) && !(maps.length > 0 && node instanceof HTMLButtonElement),
    onCloneNode: (clone) => {
      if (maps.length > 0 && clone instanceof HTMLElement) seeThrough(clone)
    },
  })
  if (maps.length === 0) return above
  const whole = document.createElement('canvas')
  whole.width = above.width
  whole.height = above.height
  const pen = whole.getContext('2d')
  for (const { image, at } of maps) {
    pen?.drawImage(image, (at.left - box.left) * scale, (at.top - box.top) * scale, at.width * scale, at.height * scale)
  }
  pen?.drawImage(above, 0, 0)
  return whole
}

/** Take away what would cover the map: the grounds of the boxes around its canvas. */
function seeThrough(clone: HTMLElement): void {
  for (const map of clone.querySelectorAll<HTMLElement>('.maplibregl-canvas-container')) {
    for (let box: HTMLElement | null = map; box; box = box.parentElement) box.style.background = 'none'
  }
}
