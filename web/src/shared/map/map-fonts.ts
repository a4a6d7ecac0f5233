import latin from '@fontsource/inter/files/inter-latin-600-normal.woff2?url'
import latinExt from '@fontsource/inter/files/inter-latin-ext-600-normal.woff2?url'
import vietnamese from '@fontsource/inter/files/inter-vietnamese-600-normal.woff2?url'

const vietnameseLetters = [
  'U+0102-0103', 'U+0110-0111', 'U+0128-0129', 'U+0168-0169', 'U+01A0-01A1', 'U+01AF-01B0', 'U+0300-0309', 'U+0323',
  'U+1EA0-1EF9', 'U+20AB',
]

/** Labels with Vietnamese letters from our own files; no glyph server is needed. */
export const mapFonts = {
  Bold: [
    { url: vietnamese, 'unicode-range': vietnameseLetters },
    { url: latin, 'unicode-range': ['U+0000-00FF', 'U+2000-206F'] },
    { url: latinExt },
  ],
}
