/** Of the logarithms of parameters: large enough that rounding of a log-likelihood of 1e6 leaves the curvature three digits. */
const STEP = 1e-3

export type Derivatives = Readonly<{
  value: number
  gradient: readonly number[]
  curvature: readonly (readonly number[])[]
}>

/**
 * Value, gradient and second derivatives of `f` by central differences. The
 * gradient, which says where the summit is, to the fourth order; the second derivatives to the second.
 */
export function derivatives(f: (at: readonly number[]) => number, at: readonly number[]): Derivatives {
  const value = f(at)
  const up = at.map((_, k) => f(moved(at, [k], STEP)))
  const down = at.map((_, k) => f(moved(at, [k], -STEP)))
  const slope = (k: number) => {
    const farther = f(moved(at, [k], 2 * STEP)) - f(moved(at, [k], -2 * STEP))
    return (8 * ((up[k] ?? 0) - (down[k] ?? 0)) - farther) / (12 * STEP)
  }
  const both = (k: number) => (up[k] ?? 0) + (down[k] ?? 0) - 2 * value
  const square = STEP * STEP
  const curvature = at.map(() => at.map(() => 0))
  at.forEach((_, i) => {
    for (let j = 0; j <= i; j++) {
      const diagonal = i === j
      const corner = diagonal ? 0 : f(moved(at, [i, j], STEP)) + f(moved(at, [i, j], -STEP)) - 2 * value
      const second = diagonal ? both(i) / square : (corner - both(i) - both(j)) / (2 * square)
      const [row, column] = [curvature[i], curvature[j]]
      if (row !== undefined) row[j] = second
      if (column !== undefined) column[i] = second
    }
  })
  return { value, gradient: at.map((_, k) => slope(k)), curvature }
}

function moved(at: readonly number[], places: readonly number[], by: number): readonly number[] {
  return at.map((x, k) => (places.includes(k) ? x + by : x))
}
