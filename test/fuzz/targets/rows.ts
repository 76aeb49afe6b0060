import { decodeRow, encodeRow, foldFact, newRows, readTail, resetRow, storedModel } from '@perennial/member'
import { activity, membership, OPEN } from '../../../packages/member/src/facts.fixture.ts'
import type { Target } from '../target.ts'

/** Rows of members as they are stored. */
export function createTarget(): Target {
  const rows = newRows(1, OPEN)
  return {
    shape: 'bytes',
    samples: samples(),
    take(bytes) {
      resetRow(rows, 0)
      decodeRow(bytes, rows, 0)
      readTail(rows, 0)
      storedModel(bytes)
      // What was read can be stored, and read again.
      decodeRow(encodeRow(rows, 0), newRows(1, OPEN), 0)
    },
    // Where it is cut, it is read past its end.
    declared: (error) => error instanceof RangeError || (error instanceof Error && error.constructor === Error),
  }
}

function samples(): Buffer[] {
  const rows = newRows(1, OPEN)
  const stored: Buffer[] = []
  const store = () => stored.push(Buffer.from(encodeRow(rows, 0)))
  for (let n = 0; n < 5; n++) {
    foldFact(rows, 0, activity(`a${n}`, n, { signal: n }))
    store()
  }
  foldFact(rows, 0, membership('m', 9, { tier: 'gold', consent: { marketing: false }, status: 'active', dues: 3 }))
  store()
  for (let n = 0; n < OPEN.signals.length; n++) foldFact(rows, 0, activity(`b${n}`, n, { signal: n }))
  store()
  return stored
}
