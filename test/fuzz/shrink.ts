const MOST_TRIES = 5_000
const MOST_MS = 5_000

type Fails = (smaller: Buffer) => Promise<boolean>

/**
 * A smaller input that still fails: stretches are left out, halves first and single bytes last, and then bytes made zero,
 * as long as `fails` says so of what is left. Not the smallest there is, but one that can be read.
 */
export async function shrink(input: Buffer, fails: Fails): Promise<Buffer> {
  const bounded = within(fails)
  let smallest = input
  let before = Infinity
  while (smallest.length < before) {
    before = smallest.length
    for (let size = Math.ceil(before / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      smallest = await withoutStretches(smallest, size, bounded)
  }
  return withZeros(smallest, bounded)
}

/** Nothing fails any more when it has been tried for long enough. */
function within(fails: Fails): Fails {
  const until = performance.now() + MOST_MS
  let tries = 0
  return async (smaller) => ++tries <= MOST_TRIES && performance.now() <= until && fails(smaller)
}

async function withoutStretches(input: Buffer, size: number, fails: Fails): Promise<Buffer> {
  let smallest = input
  for (let at = 0; at < smallest.length;) {
    const without = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)])
    if (await fails(without)) smallest = without
    else at += size
  }
  return smallest
}

async function withZeros(input: Buffer, fails: Fails): Promise<Buffer> {
  let plainest = input
  for (let at = 0; at < input.length; at++) {
    if (plainest[at] === 0) continue
    const plain = Buffer.from(plainest)
    plain[at] = 0
    if (await fails(plain)) plainest = plain
  }
  return plainest
}
