/** A source of numbers in 0 ≤ x < 1 that gives the same sequence for the same seed, everywhere. */
export type Random = () => number

/**
 * The random numbers that belong to these labels. Every decision of the simulation draws from a source of
 * its own (seed, member, week, matter), so that adding one kind of activity does not move all the others.
 */
export function randomOf(...labels: readonly (string | number)[]): Random {
  const text = labels.join('|')
  return sfc32(hash(text, 1), hash(text, 2), hash(text, 3), hash(text, 4))
}

/** FNV-1a with a murmur finish. */
function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) >>> 0
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Chris Doty-Humphrey's small fast counter generator: 32-bit arithmetic only, so it is the same on every machine. */
function sfc32(seedA: number, seedB: number, seedC: number, seedD: number): Random {
  let a = seedA
  let b = seedB
  let c = seedC
  let d = seedD
  return () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4_294_967_296
  }
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low)
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return the(items[Math.floor(random() * items.length)])
}

/** One of the items, each as likely as its weight says. */
export function pickWeighted<T extends Readonly<{ weight: number }>>(random: Random, items: readonly T[]): T {
  let left = random() * items.reduce((sum, item) => sum + item.weight, 0)
  return the(items.find((item) => (left -= item.weight) < 0) ?? items.at(-1))
}

function the<T>(item: T | undefined): T {
  if (item === undefined) throw new Error('Nothing to pick from: the list is empty.')
  return item
}

/** How often something happens that happens `mean` times on average. For small means: it counts up. */
export function poisson(random: Random, mean: number): number {
  const floor = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > floor; product *= random()) count += 1
  return count
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}

/**
 * Gamma with a whole-number shape and mean 1: the usual spread of how keen people are.
 * Math.log and Math.exp may differ in the last bit between engines; the sample is golden for the pinned Node.
 */
export function keenness(random: Random, shape: number): number {
  let sum = 0
  for (let i = 0; i < shape; i += 1) sum += exponential(random, 1)
  return sum / shape
}
