import type { Agenda } from '@perennial/runtime'

/** `Agenda` without Redis; the same contract suite holds for both. */
export function memoryAgenda(): Agenda {
  const partitions = new Map<number, Map<string, number>>()
  const filled = new Map<number, string>()
  const of = (partition: number) => {
    const found = partitions.get(partition) ?? new Map<string, number>()
    partitions.set(partition, found)
    return found
  }
  return {
    async notice(partition, memberIds, at) {
      for (const id of memberIds) of(partition).set(id, Math.min(at, of(partition).get(id) ?? Infinity))
    },
    due: async (partition, until, limit) =>
      [...of(partition)]
        .filter(([, at]) => at <= until)
        .toSorted(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([memberId, at]) => ({ memberId, at })),
    async rearm(partition, looked) {
      for (const { memberId, at, next } of looked) {
        if (of(partition).get(memberId) !== at) continue
        if (next === undefined) of(partition).delete(memberId)
        else of(partition).set(memberId, Math.ceil(next))
      }
    },
    forget: async (partition, memberIds) => memberIds.filter((id) => of(partition).delete(id)).length,
    filledFor: async (partition) => filled.get(partition),
    markFilled: async (partition, plays) => void filled.set(partition, plays),
    size: async () => [...partitions.values()].reduce((sum, { size }) => sum + size, 0),
  }
}
