/**
 * Rows at a time. A block of 170 columns is 170 KB and stays in the second-level cache while each column is
 * multiplied with each.
 */
export const BLOCK_ROWS = 128

/**
 * Adds Σ over rows of x·w·xᵀ to the lower triangle of `gram` (`size` × `size`, row by row). `block` and `weighted` hold
 * x and w·x of up to `BLOCK_ROWS` rows, column after column, `BLOCK_ROWS` apart, zeros where there is no row.
 */
export function addGram(gram: Float64Array, size: number, block: Float64Array, weighted: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const row = i * BLOCK_ROWS
    let j = 0
    // Four products per read of the weighted column: three times as quick as one by one.
    for (; j + 3 <= i; j += 4) {
      const [c0, c1, c2, c3] = [j * BLOCK_ROWS, (j + 1) * BLOCK_ROWS, (j + 2) * BLOCK_ROWS, (j + 3) * BLOCK_ROWS]
      let [s0, s1, s2, s3] = [0, 0, 0, 0]
      for (let r = 0; r < BLOCK_ROWS; r++) {
        const x = weighted[row + r]!
        s0 += x * block[c0 + r]!
        s1 += x * block[c1 + r]!
        s2 += x * block[c2 + r]!
        s3 += x * block[c3 + r]!
      }
      const at = i * size + j
      gram[at]! += s0
      gram[at + 1]! += s1
      gram[at + 2]! += s2
      gram[at + 3]! += s3
    }
    for (; j <= i; j++) {
      const column = j * BLOCK_ROWS
      let sum = 0
      for (let r = 0; r < BLOCK_ROWS; r++) sum += weighted[row + r]! * block[column + r]!
      gram[i * size + j]! += sum
    }
  }
}
