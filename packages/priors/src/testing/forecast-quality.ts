/** What a member was said to do, and whether they did. */
export type Forecast = Readonly<{ p: number; happened: boolean }>

/** Chance that of two members, one to whom it happened and one to whom not, the first had the higher p; ties count half. */
export function auc(forecasts: readonly Forecast[]): number {
  const sorted = forecasts.toSorted((a, b) => a.p - b.p)
  let [ranks, positives] = [0, 0]
  for (let from = 0; from < sorted.length;) {
    let to = from
    while (to < sorted.length && sorted[to]!.p === sorted[from]!.p) to++
    const happened = sorted.slice(from, to).filter((f) => f.happened).length
    ranks += (happened * (from + to + 1)) / 2
    positives += happened
    from = to
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (sorted.length - positives))
}

export function logLoss(forecasts: readonly Forecast[]): number {
  return mean(forecasts.map(({ p, happened }) => -Math.log(happened ? p : 1 - p)))
}

export function brier(forecasts: readonly Forecast[]): number {
  return mean(forecasts.map(({ p, happened }) => (p - (happened ? 1 : 0)) ** 2))
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
