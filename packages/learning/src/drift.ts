/**
 * Population stability index of one column: Σ (now − then) · ln(now / then) over bins that hold a tenth of the
 * earlier values each, and one for unknown (NaN). Used in credit scoring since the 1990s with these marks:
 * below 0.1 stable, above 0.25 shifted. An empty bin counts as half a member.
 */
export function populationStability(then: ArrayLike<number>, now: ArrayLike<number>, bins = 10): number {
  if (then.length === 0 || now.length === 0) return Number.NaN
  const edges = quantiles(then, bins)
  const [before, after] = [shares(then, edges), shares(now, edges)]
  let sum = 0
  for (let b = 0; b < before.length; b++) {
    // A bin nobody was in, then or now, tells nothing.
    if (before[b] === 0 && after[b] === 0) continue
    const old = Math.max(before[b]!, 0.5 / then.length)
    const fresh = Math.max(after[b]!, 0.5 / now.length)
    sum += (fresh - old) * Math.log(fresh / old)
  }
  return sum
}

/** How a column was distributed, as plain data: inner edges of the bins, and the share of members in each. */
export type Distribution = Readonly<{ edges: readonly Edge[]; shares: readonly number[] }>

/** In the bins that `populationStability` would make; the last share is that of the members of whom it is unknown. */
export function distributionOf(values: ArrayLike<number>, bins = 10): Distribution {
  const edges = quantiles(values, bins)
  return { edges, shares: [...shares(values, edges)] }
}

/** Where a bin ends: before `at` itself, or after it. */
type Edge = Readonly<{ at: number; before: boolean }>

/**
 * Inner edges of `bins` bins with equally many of the known values. A value so frequent that it fills a bin
 * by itself gets one by itself, or else a yes and no would look stable whatever became of it.
 */
function quantiles(values: ArrayLike<number>, bins: number): readonly Edge[] {
  const known = Float64Array.from(values)
    .filter((x) => !Number.isNaN(x))
    .sort()
  if (known.length === 0) return []
  const cuts = Array.from({ length: bins - 1 }, (_, b) => known[Math.floor(((b + 1) * known.length) / bins)]!)
  return [...new Set(cuts)].flatMap((at) => {
    const after = { at, before: false }
    return cuts.indexOf(at) === cuts.lastIndexOf(at) ? [after] : [{ at, before: true }, after]
  })
}

/** Share of the values in each bin; unknown ones are in the last. */
function shares(values: ArrayLike<number>, edges: readonly Edge[]): Float64Array {
  const counts = new Float64Array(edges.length + 2)
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    let bin = 0
    if (Number.isNaN(x)) bin = edges.length + 1
    else while (bin < edges.length && isPast(x, edges[bin]!)) bin++
    counts[bin]!++
  }
  return counts.map((count) => count / values.length)
}

function isPast(x: number, { at, before }: Edge): boolean {
  return before ? x >= at : x > at
}
