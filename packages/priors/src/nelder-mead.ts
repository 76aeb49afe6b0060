import { type BoxProblem, inBox } from './box-problem.ts'

type Vertex = Readonly<{ at: readonly number[]; value: number }>

/** Close enough for Newton steps to take over: differences of a log-likelihood across the simplex. */
const FLAT = 1e-3
const MOST_MOVES = 400

/**
 * Uphill by the simplex method of Nelder & Mead, "A simplex method for function
 * minimization", Computer Journal 7(4), 1965; points outside the box are taken to its side.
 */
export function nelderMead(problem: BoxProblem, start: readonly number[]): readonly number[] {
  let simplex = ranked([start, ...start.map((_, k) => start.map((x, j) => (j === k ? x + 0.5 : x)))].map(at(problem)))
  for (let moves = 0; moves < MOST_MOVES && spread(simplex) > FLAT; moves++) simplex = ranked(move(problem, simplex))
  return simplex[0]?.at ?? start
}

function move(problem: BoxProblem, simplex: readonly Vertex[]): readonly Vertex[] {
  const better = simplex.slice(0, -1)
  const [best, worst, poor] = [simplex[0], simplex.at(-1), better.at(-1)]
  if (best === undefined || worst === undefined || poor === undefined) return simplex
  const centre = best.at.map((_, k) => better.reduce((sum, v) => sum + (v.at[k] ?? 0), 0) / better.length)
  /** `by` = −1 mirrors the worst vertex at the centre of the others. */
  const point = (by: number) => at(problem)(centre.map((c, k) => c + by * ((worst.at[k] ?? 0) - c)))
  const mirrored = point(-1)
  if (mirrored.value > best.value) {
    const farther = point(-2)
    return [...better, farther.value > mirrored.value ? farther : mirrored]
  }
  if (mirrored.value > poor.value) return [...better, mirrored]
  const nearer = mirrored.value > worst.value ? point(-0.5) : point(0.5)
  if (nearer.value > Math.max(mirrored.value, worst.value)) return [...better, nearer]
  return [best, ...simplex.slice(1).map((v) => at(problem)(v.at.map((x, k) => (x + (best.at[k] ?? 0)) / 2)))]
}

function at(problem: BoxProblem): (point: readonly number[]) => Vertex {
  return (point) => {
    const inside = inBox(problem, point)
    return { at: inside, value: problem.value(inside) }
  }
}

/** Best first; equal ones stay in order, so that nothing depends on chance. */
function ranked(simplex: readonly Vertex[]): readonly Vertex[] {
  return simplex.toSorted((a, b) => (a.value === b.value ? 0 : b.value - a.value))
}

function spread(simplex: readonly Vertex[]): number {
  return (simplex[0]?.value ?? 0) - (simplex.at(-1)?.value ?? 0)
}
