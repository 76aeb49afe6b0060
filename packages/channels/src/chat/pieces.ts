/**
 * A text in pieces of at most so many characters, cut at the ends of lines where there are any; what is beyond the last piece
 * is left out, with a word about it.
 */
export function pieces(text: string, size: number, most: number): readonly string[] {
  const found: string[] = []
  let piece = ''
  for (const line of text.split('\n').flatMap((long) => split(long, size))) {
    if (piece !== '' && piece.length + 1 + line.length > size) {
      found.push(piece)
      piece = ''
    }
    piece = piece === '' ? line : `${piece}\n${line}`
  }
  const all = [...found, piece].map((one) => one.replace(/^\n+|\n+$/g, '')).filter((one) => one !== '')
  return all.length <= most ? all : [...all.slice(0, most - 1), '… more than fits here.']
}

function split(line: string, size: number): string[] {
  const parts: string[] = []
  for (let from = 0; from < line.length; from += size) parts.push(line.slice(from, from + size))
  return parts.length === 0 ? [''] : parts
}
