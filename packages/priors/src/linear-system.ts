type Matrix = readonly (readonly number[])[]

/** x of A · x = b for a symmetric A; `undefined` where A is not positive definite. */
export function solve(a: Matrix, b: readonly number[]): readonly number[] | undefined {
  const factor = cholesky(a)
  return factor === undefined ? undefined : solveBoth(factor, b)
}

/** The inverse of a symmetric matrix; `undefined` where it is not positive definite. */
export function inverse(a: Matrix): Matrix | undefined {
  const factor = cholesky(a)
  return factor === undefined
    ? undefined
    : a.map((_, i) =>
        solveBoth(
          factor,
          a.map((_, j) => (i === j ? 1 : 0)),
        ),
      )
}

/** L of A = L · Lᵀ. */
function cholesky(a: Matrix): Matrix | undefined {
  const factor: number[][] = []
  for (let i = 0; i < a.length; i++) {
    const row: number[] = []
    for (let j = 0; j < i; j++) {
      const other = factor[j] ?? []
      row.push((entry(a, i, j) - dot(row, other, j)) / (other[j] ?? 1))
    }
    const rest = entry(a, i, i) - dot(row, row, i)
    // What is left of a diagonal after 1e-14 of itself is rounding.
    if (!(rest > Math.abs(entry(a, i, i)) * 1e-14)) return undefined
    row.push(Math.sqrt(rest))
    factor.push(row)
  }
  return factor
}

/** L · y = b, then Lᵀ · x = y. */
function solveBoth(factor: Matrix, b: readonly number[]): readonly number[] {
  const y: number[] = []
  factor.forEach((row, i) => y.push(((b[i] ?? 0) - dot(row, y, i)) / (row[i] ?? 1)))
  const x = y.slice()
  for (let i = x.length - 1; i >= 0; i--) {
    let rest = y[i] ?? 0
    for (let j = i + 1; j < x.length; j++) rest -= entry(factor, j, i) * (x[j] ?? 0)
    x[i] = rest / entry(factor, i, i)
  }
  return x
}

function entry(a: Matrix, i: number, j: number): number {
  return a[i]?.[j] ?? 0
}

function dot(a: readonly number[], b: readonly number[], length: number): number {
  let sum = 0
  for (let k = 0; k < length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0)
  return sum
}
