/**
 * The values rounded to `decimals` so that the printed ones add up to the printed sum: each is cut, and those that
 * lost most by it get one unit back (the largest remainder).
 */
export function roundToSum(values: readonly number[], decimals: number): { parts: number[]; sum: number } {
  const unit = 10 ** decimals
  // Plus 0, because nothing is minus nothing.
  const total = Math.round(values.reduce((sum, value) => sum + value, 0) * unit) + 0
  const cut = values.map((value) => Math.floor(value * unit))
  const missing = total - cut.reduce((sum, value) => sum + value, 0)
  const byLoss = values
    .map((value, i) => ({ i, loss: value * unit - (cut[i] ?? 0) }))
    .toSorted((a, b) => b.loss - a.loss)
  for (const { i } of byLoss.slice(0, missing)) cut[i] = (cut[i] ?? 0) + 1
  return { parts: cut.map((value) => value / unit), sum: total / unit }
}
