import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../src')
const files = globSync('**/*.{ts,tsx}', { cwd: root }).filter((file) => !file.endsWith('.d.ts'))

type Import = { file: string; target: string }

function imports(file: string): Import[] {
  const text = readFileSync(resolve(root, file), 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
  return found.flatMap((name) => {
    if (name.startsWith('@/')) return [{ file, target: name.slice(2) }]
    if (name.startsWith('.')) return [{ file, target: relative(root, resolve(root, file, '..', name)) }]
    return []
  })
}

const all = files.flatMap(imports)

describe('shared < features < app', () => {
  it('keeps shared free of what is above it', () => {
    const wrong = all.filter(({ file, target }) => file.startsWith('shared/') && !target.startsWith('shared/'))
    expect(wrong).toEqual([])
  })

  it('never lets features meet', () => {
    const feature = (path: string) => path.split('/')[1]
    const wrong = all.filter(
      ({ file, target }) =>
        file.startsWith('features/') &&
        !target.startsWith('shared/') &&
        !(target.startsWith('features/') && feature(target) === feature(file)),
    )
    expect(wrong).toEqual([])
  })

  it('has no barrels and no long files', () => {
    expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file))).toEqual([])
    const long = files.filter(
      (file) => !file.endsWith('icon-paths.ts') && readFileSync(resolve(root, file), 'utf8').split('\n').length > 301,
    )
    expect(long).toEqual([])
  })

  it('writes every word for people in the catalogues', () => {
    const vietnamese = /[ạảãấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹđ]/i
    const wrong = files.filter((file) => {
      const text = readFileSync(resolve(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$|Toàn Cảnh/gm, '')
      return vietnamese.test(text) && !allowed.has(file)
    })
    expect(wrong).toEqual([])
  })
})

/** Files that hold Vietnamese for another reason than the catalogue: the letter đ, the names of units, the two texts of being offline, the names of the languages. */
const allowed = new Set([
  'shared/format/fold.ts', 'shared/ui/figure.tsx', 'shared/api/client.ts', 'app/header-menus.tsx',
])
