/** `low`, `high`: values beyond count as these. */
type Scale = Readonly<{ mean: number; sd: number; low?: number; high?: number }>

/**
 * Standard error of the logit of a member with these values (in the order of the model's features, NaN = unknown), in
 * log-odds before calibration: how far the weights are settled by the training rows. It says nothing about a world
 * that has changed. `covariance` is the lower triangle, row by row, of the intercept and the standardised weights.
 */
export function logitError(
  { features, covariance }: Readonly<{ features: readonly Scale[]; covariance: readonly number[] }>,
  values: ArrayLike<number>,
): number {
  const x = new Float64Array(1 + features.length)
  x[0] = 1
  for (let k = 0; k < features.length; k++) {
    const { mean, sd, low = -Infinity, high = Infinity } = features[k] ?? { mean: 0, sd: 1 }
    const z = (Math.min(high, Math.max(low, values[k] ?? Number.NaN)) - mean) / sd
    x[k + 1] = Number.isNaN(z) ? 0 : z
  }
  return Math.sqrt(Math.max(0, quadraticForm(covariance, x)))
}

/** xᵀ·A·x of a packed lower triangle: with a covariance, the variance of a sum with weights x. */
function quadraticForm(triangle: readonly number[], x: Float64Array): number {
  let [sum, at] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const own = x[i] ?? 0
    let row = 0
    for (let j = 0; j < i; j++) row += (triangle[at++] ?? 0) * (x[j] ?? 0)
    sum += own * (2 * row + (triangle[at++] ?? 0) * own)
  }
  return sum
}
