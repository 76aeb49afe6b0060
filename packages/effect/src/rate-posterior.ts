/**
 * What a group tells of its success rate: the posterior under Jeffreys' prior Beta(½, ½), cut into cells that are equally
 * wide in θ = arcsin √rate. There the prior is flat and the posterior a smooth bell, also where nobody or everybody
 * succeeded, so that no special function is needed.
 */
export type RatePosterior = Readonly<{
  /** The rate in the middle of each cell, and the probability of the cell. */
  rates: Float64Array
  masses: Float64Array
  /** Probability that the rate is lower than this. */
  below(rate: number): number
}>

/** Probabilities are then right to 1e-4. */
const CELLS = 150

/** In units of 1 / √(n + 1): seven standard deviations of a bell, five of the half bell at an end. */
const REACH = 3.5

export function ratePosterior({ members, successes }: Readonly<{ members: number; successes: number }>): RatePosterior {
  const middle = angleOf(members === 0 ? 0.5 : successes / members)
  const reach = REACH / Math.sqrt(members + 1)
  const from = Math.max(0, middle - reach)
  const width = (Math.min(Math.PI / 2, middle + reach) - from) / CELLS
  const angles = Float64Array.from({ length: CELLS }, (_, i) => from + (i + 0.5) * width)
  const logs = angles.map((angle) => logDensity(angle, successes, members - successes))
  const highest = logs.reduce((a, b) => Math.max(a, b))
  const densities = logs.map((log) => Math.exp(log - highest))
  const total = densities.reduce((a, b) => a + b)
  const masses = densities.map((density) => density / total)
  const edges = cumulative(masses)
  return {
    rates: angles.map((angle) => Math.sin(angle) ** 2),
    masses,
    below: (rate) => interpolated(edges, masses, (angleOf(rate) - from) / width),
  }
}

function angleOf(rate: number): number {
  return Math.asin(Math.sqrt(Math.min(1, Math.max(0, rate))))
}

/** Of θ, but for a constant. Angles of middles of cells are never 0 nor π/2, so both logarithms are finite. */
function logDensity(angle: number, successes: number, failures: number): number {
  return 2 * successes * Math.log(Math.sin(angle)) + 2 * failures * Math.log(Math.cos(angle))
}

/** Probability up to each edge between cells, the outer two included. */
function cumulative(masses: Float64Array): Float64Array {
  const edges = new Float64Array(masses.length + 1)
  masses.forEach((mass, i) => {
    edges[i + 1] = (edges[i] ?? 0) + mass
  })
  return edges
}

/** The density runs straight within a cell, as steeply as between its neighbours. */
function interpolated(edges: Float64Array, masses: Float64Array, place: number): number {
  if (place <= 0) return 0
  if (place >= masses.length) return 1
  const i = Math.floor(place)
  const part = place - i
  const mass = masses[i] ?? 0
  const slope = ((masses[i + 1] ?? mass) - (masses[i - 1] ?? mass)) / 2
  return (edges[i] ?? 0) + part * mass + (part * (part - 1) * slope) / 2
}
