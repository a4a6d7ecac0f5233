/** Go to the next cell that something is said about, wrong ones first; round after the last. */
export function firstMarked(): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-cell][data-mark]')]
  const wrong = all.filter(({ dataset }) => dataset.mark === 'bad')
  const marked = wrong.length > 0 ? wrong : all
  const from = marked.findIndex((cell) => cell === last)
  last = marked[(from + 1) % marked.length]
  last?.focus()
  last?.scrollIntoView({ block: 'center' })
}

let last: HTMLElement | undefined
