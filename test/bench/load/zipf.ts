import type { Random } from './random.ts'

/**
 * Draws ranks 0 … count − 1, rank r with a probability in proportion to 1 / (r + 1)^exponent.
 * Walker's alias method in Vose's form: two numbers and one look-up a draw, whatever the count.
 */
export function createZipf(count: number, exponent: number): (random: Random) => number {
  const weights = Float64Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const share = weights.map((weight) => (weight / total) * count)
  const other = new Uint32Array(count)
  const small: number[] = []
  const large: number[] = []
  share.forEach((value, rank) => (value < 1 ? small : large).push(rank))
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() ?? 0
    const more = large.at(-1) ?? 0
    other[less] = more
    share[more] = (share[more] ?? 0) - (1 - (share[less] ?? 0))
    if ((share[more] ?? 0) < 1) small.push(large.pop() ?? 0)
  }
  // Rounding leaves places of all but 1 behind: they are their own.
  for (const rank of [...small, ...large]) share[rank] = 1
  return (random) => {
    const rank = random.below(count)
    return random.unit() < (share[rank] ?? 1) ? rank : (other[rank] ?? rank)
  }
}
