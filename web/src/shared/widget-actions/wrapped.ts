/** Words of a text in lines no wider than `most`; a word that is wider itself, such as an address, is broken. */
export function wrapped(text: string, most: number, width: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  const end = () => {
    if (line) lines.push(line)
    line = ''
  }
  for (const word of text.split(' ')) {
    if (line && width(`${line} ${word}`) > most) end()
    line = line ? `${line} ${word}` : word
    while (width(line) > most && line.length > 1) {
      let fits = line.length - 1
      while (fits > 1 && width(line.slice(0, fits)) > most) fits -= 1
      const rest = line.slice(fits)
      line = line.slice(0, fits)
      end()
      line = rest
    }
  }
  end()
  return lines
}
