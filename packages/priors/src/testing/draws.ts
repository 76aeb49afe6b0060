/** Seeded draws for simulations: the same seed gives the same people. */
export type Draws = Readonly<{
  uniform(): number
  exponential(rate: number): number
  gamma(shape: number, rate: number): number
  beta(a: number, b: number): number
}>

export function drawsFrom(seed: number): Draws {
  const uniform = mulberry32(seed)
  const exponential = (rate: number) => -Math.log(1 - uniform()) / rate
  const normal = () => Math.sqrt(2 * exponential(1)) * Math.cos(2 * Math.PI * uniform())

  /** Marsaglia & Tsang, A simple method for generating gamma variables, 2000. */
  function gamma(shape: number, rate: number): number {
    if (shape < 1) return gamma(shape + 1, rate) * uniform() ** (1 / shape)
    const d = shape - 1 / 3
    for (;;) {
      const z = normal()
      const v = (1 + z / Math.sqrt(9 * d)) ** 3
      if (v > 0 && Math.log(1 - uniform()) < (z * z) / 2 + d * (1 - v + Math.log(v))) return (d * v) / rate
    }
  }

  function beta(a: number, b: number): number {
    const x = gamma(a, 1)
    return x / (x + gamma(b, 1))
  }
  return { uniform, exponential, gamma, beta }
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
