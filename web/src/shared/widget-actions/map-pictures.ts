type Rendering = {
  getCanvas: () => HTMLCanvasElement
  once: (event: 'render', listener: () => void) => unknown
  triggerRepaint: () => void
}

const known = new WeakMap<HTMLCanvasElement, () => Promise<ImageBitmap>>()

/** Let pictures be taken of a map: its canvas holds what it shows only while it renders. */
export function offerPictures(map: Rendering): void {
  const canvas = map.getCanvas()
  known.set(
    canvas,
    () =>
      new Promise((resolve, reject) => {
        map.once('render', () => createImageBitmap(canvas).then(resolve, reject))
        map.triggerRepaint()
      }),
  )
}

/** What a map shows now, for the canvas of a map. */
export function mapPicture(canvas: HTMLCanvasElement): Promise<ImageBitmap> | null {
  return known.get(canvas)?.() ?? null
}
