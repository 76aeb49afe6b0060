import { lapsesIn, type Table } from '@perennial/learning'

/** Members from the highest risk down; where equal, in the order of their ids. */
export function fromTheTop(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
}

/** Share of all lapses among the first k members, for k = 0 … n; tied members each stand for all of them. */
export function gainsOf(scores: Float64Array, { labels, n }: Table): Float64Array {
  const order = fromTheTop(scores)
  const all = lapsesIn({ labels, n, names: [], columns: [], offset: new Float64Array() })
  const gains = new Float64Array(n + 1)
  for (let start = 0; start < n;) {
    let [end, found] = [start, 0]
    for (; end < n && scores[order[end] ?? 0] === scores[order[start] ?? 0]; end++)
      found += labels[order[end] ?? 0] ?? 0
    for (let k = start; k < end; k++) gains[k + 1] = (gains[k] ?? 0) + found / (end - start) / all
    start = end
  }
  return gains
}
