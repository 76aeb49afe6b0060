/**
 * From a model's log-odds to those that hold: a rising line or a rising broken line. Both keep every order, know no
 * jump and can be inverted.
 */
export type Calibration = Platt | Isotonic

/** slope · logit + intercept, slope above 0. */
export type Platt = Readonly<{ kind: 'platt'; slope: number; intercept: number }>

/** Straight between two points, and on beyond the ends with `slope`, which is above 0. */
export type Isotonic = Readonly<{
  kind: 'isotonic'
  /** Log-odds before and after, at least one of each, both rising throughout. */
  from: readonly number[]
  to: readonly number[]
  slope: number
}>

/** Leaves log-odds as they are. */
export const UNCALIBRATED: Platt = { kind: 'platt', slope: 1, intercept: 0 }

/** Log-odds after calibration. */
export function calibrated(calibration: Calibration, logit: number): number {
  if (calibration.kind === 'platt') return calibration.slope * logit + calibration.intercept
  return along(calibration.from, calibration.to, calibration.slope, logit)
}

/** The log-odds before calibration that become `logit`: the inverse of `calibrated`. */
export function uncalibrated(calibration: Calibration, logit: number): number {
  if (calibration.kind === 'platt') return (logit - calibration.intercept) / calibration.slope
  return along(calibration.to, calibration.from, 1 / calibration.slope, logit)
}

/** `x` carried over by the broken line through the points, both lists rising. Infinities stay what they are. */
function along(from: readonly number[], to: readonly number[], slope: number, x: number): number {
  let [low, high] = [0, from.length - 1]
  const [first = 0, last = 0] = [from[low], from[high]]
  if (x <= first) return (to[low] ?? 0) + slope * (x - first)
  if (x >= last) return (to[high] ?? 0) + slope * (x - last)
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x >= (from[middle] ?? 0)) low = middle
    else high = middle
  }
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [from[low], from[high], to[low], to[high]]
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
}
