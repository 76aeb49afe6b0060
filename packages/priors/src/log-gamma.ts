const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI)

/** From here on Stirling's series with six terms is exact to a double's last bits. */
const LARGE = 10

/** ln Γ(x) for x > 0, to 1e-14 absolutely or of its size, whichever is more. */
export function logGamma(x: number): number {
  let product = 1
  let y = x
  for (; y < LARGE; y++) product *= y
  return (y - 0.5) * Math.log(y) - y + HALF_LOG_2_PI + stirlingRest(y) - Math.log(product)
}

/**
 * ln Γ(x + a) − ln Γ(x) for x > 0 and a >= 0, without the cancellation that the
 * difference of two large logarithms suffers: Stirling's two leading terms are
 * subtracted on paper.
 */
export function logGammaRatio(x: number, a: number): number {
  if (x < LARGE) return logGamma(x + a) - logGamma(x)
  const y = x + a
  return (x - 0.5) * Math.log1p(a / x) + a * (Math.log(y) - 1) + stirlingRest(y) - stirlingRest(x)
}

/** What Stirling's formula leaves, Σ B(2k) / (2k (2k − 1) x^(2k − 1)): Abramowitz & Stegun 6.1.40. */
function stirlingRest(x: number): number {
  const z = 1 / (x * x)
  return (1 / 12 + z * (-1 / 360 + z * (1 / 1260 + z * (-1 / 1680 + z * (1 / 1188 - (z * 691) / 360_360))))) / x
}
