import type { Table } from '../table.ts'

/** Uniform numbers in [0, 1) that are the same on every run: mulberry32. */
export function uniforms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Numbers of a normal with mean 0 and deviation 1, by Box and Muller. */
export function normals(seed: number): () => number {
  const uniform = uniforms(seed)
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

export type World = Readonly<{
  n: number
  seed: number
  /** Normal columns x0, x1 … */
  columns: number
  /** The true log-odds of lapse. */
  logit(x: readonly number[]): number
}>

/** Members of a made-up world, and their true log-odds. */
export function membersOf({ n, seed, columns, logit }: World): Readonly<{ table: Table; truth: Float64Array }> {
  const [normal, uniform] = [normals(seed), uniforms(seed + 1)]
  const values = Array.from({ length: columns }, () => Float64Array.from({ length: n }, () => normal()))
  const truth = Float64Array.from({ length: n }, (_, i) => logit(values.map((column) => column[i]!)))
  const labels = Uint8Array.from(truth, (z) => (uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0))
  const names = values.map((_, k) => `x${k}`)
  return { table: { names, columns: values, labels, offset: new Float64Array(n), n }, truth }
}

/** A table from plain rows: the label first, then the columns. */
export function tableOf(names: readonly string[], rows: readonly (readonly number[])[]): Table {
  return {
    names,
    columns: names.map((_, k) => Float64Array.from(rows, (row) => row[k + 1]!)),
    labels: Uint8Array.from(rows, (row) => row[0]!),
    offset: new Float64Array(rows.length),
    n: rows.length,
  }
}
