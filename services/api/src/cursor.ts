import { Problem } from './problem.ts'

/** Further down than this, ask band by band. Each page reads all before it, so this bounds what one request costs. */
export const DEEPEST_OFFSET = 10_000

/** Where the next page begins, in a form that clients hand back and do not read. */
export function encodeCursor(offset: number): string {
  return Buffer.from(`o${offset}`).toString('base64url')
}

export function decodeCursor(cursor: string): number {
  const match = /^o(\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const offset = Number(match?.[1])
  if (Number.isInteger(offset) && offset <= DEEPEST_OFFSET) return offset
  throw new Problem('bad-request', 'cursor is not one that this API gave out: begin without it.')
}
