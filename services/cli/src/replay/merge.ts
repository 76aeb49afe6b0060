/** An item and its place in time. */
type Timed = Readonly<{ at: number }>

/**
 * The items of several sources in the order of their time, where each source is in order itself: a folder with
 * a file per stream is replayed as it happened. What is out of order inside a source keeps its place in it.
 */
export async function* mergeByTime<T extends Timed>(sources: readonly AsyncIterator<T>[]): AsyncGenerator<T> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, next: await source.next() })))
  for (;;) {
    let earliest: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.next.done === true) continue
      if (earliest === undefined || head.next.value.at < (earliest.next.value as T).at) earliest = head
    }
    if (earliest === undefined) return
    yield earliest.next.value as T
    earliest.next = await earliest.source.next()
  }
}
