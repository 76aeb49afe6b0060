/** A symmetric matrix of `size` rows, row by row; only the lower triangle is read. */
export type Symmetric = Readonly<{ values: Float64Array; size: number }>

/** Lower factor L of A = L·Lᵀ in a new array, or undefined when A is not positive definite. */
export function cholesky({ values, size }: Symmetric): Float64Array | undefined {
  const factor = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = values[i * size + j]!
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!
      if (i === j && !(sum > 0)) return undefined
      factor[i * size + j] = i === j ? Math.sqrt(sum) : sum / factor[j * size + j]!
    }
  }
  return factor
}

/** x of L·Lᵀ·x = b, in a new array. */
export function solve(factor: Float64Array, b: Float64Array): Float64Array {
  const size = b.length
  const x = solveLower(factor, b)
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * x[k]!
    x[i] = sum / factor[i * size + i]!
  }
  return x
}

/** x of L·x = b, in a new array. Its sum of squares is bᵀ·A⁻¹·b. */
export function solveLower(factor: Float64Array, b: Float64Array): Float64Array {
  const size = b.length
  const x = Float64Array.from(b)
  for (let i = 0; i < size; i++) {
    let sum = x[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * x[k]!
    x[i] = sum / factor[i * size + i]!
  }
  return x
}

/** Lower triangle of A⁻¹ row by row: (0,0), (1,0), (1,1), (2,0) … */
export function inverseTriangle(factor: Float64Array, size: number): number[] {
  const columns = Array.from({ length: size }, (_, j) => {
    const unit = new Float64Array(size)
    unit[j] = 1
    return solve(factor, unit)
  })
  return columns.flatMap((_, i) => columns.slice(0, i + 1).map((column) => column[i]!))
}
