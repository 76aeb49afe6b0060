/** A function to maximise over a box, of finite value or −Infinity. Log-likelihoods here, of the parameters' logarithms. */
export type BoxProblem = Readonly<{
  value: (at: readonly number[]) => number
  /** Where to look first; at least one, all within the box. */
  starts: readonly (readonly number[])[]
  /** From how many of the best starts to climb, where there may be several summits; 1 where left out. */
  climbs?: number
  lower: readonly number[]
  upper: readonly number[]
}>

/** The nearest point of the box. */
export function inBox({ lower, upper }: BoxProblem, at: readonly number[]): readonly number[] {
  return at.map((x, k) => Math.min(upper[k] ?? x, Math.max(lower[k] ?? x, x)))
}
