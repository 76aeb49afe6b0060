export type Quantiles = Readonly<{ count: number; p50: number; p99: number; max: number }>

/** Of measured values, in any order; NaN where there are none. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** The run in the middle, by one of its figures: a run as it was, with all that belongs to it. Throws when there is none. */
export function middleOf<T>(runs: readonly (T | undefined)[], figure: (run: T) => number): T {
  const known = runs.filter((run) => run !== undefined).toSorted((a, b) => figure(a) - figure(b))
  const middle = known[Math.floor((known.length - 1) / 2)]
  if (middle === undefined) throw new Error('There was no run to take a figure from.')
  return middle
}
