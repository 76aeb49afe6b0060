import { byTopicAndPartition, type Membership, type TopicPartition, tpKey } from '@perennial/runtime'

type Member = Readonly<{ topics: readonly string[]; changed: () => void }>

/** A consumer group in memory: who is in it, who owns what, and how far it has come. */
export class MemoryGroup {
  readonly positions = new Map<string, number>()
  readonly #members: Member[] = []
  readonly #owners = new Map<string, Member>()

  /** A new member's place. `all` is what it could own. */
  member(topics: readonly string[], all: readonly TopicPartition[]): Membership {
    const listeners = new Set<() => void>()
    const member: Member = { topics, changed: () => listeners.forEach((tell) => tell()) }
    const mine = (tp: TopicPartition): boolean => this.#owners.get(tpKey(tp)) === member
    const drop = (tps: readonly TopicPartition[]): void => {
      for (const tp of tps.filter(mine)) this.#owners.delete(tpKey(tp))
      this.#news()
    }

    return {
      turn: async (join) => {
        if (join) this.#members.push(member)
        if (join) this.#news()
        const share = all.filter((tp) => this.#wanted(member, tp))
        for (const tp of share) if (!this.#owners.has(tpKey(tp))) this.#owners.set(tpKey(tp), member)
        const owned = all.filter(mine).sort(byTopicAndPartition)
        return { keep: owned.filter((tp) => share.includes(tp)), surplus: owned.filter((tp) => !share.includes(tp)) }
      },
      release: async (tps) => drop(tps),
      commit: async (positions) => {
        for (const { tp, offset } of positions) if (mine(tp)) this.positions.set(tpKey(tp), offset)
      },
      leave: async () => {
        const place = this.#members.indexOf(member)
        if (place !== -1) this.#members.splice(place, 1)
        drop(all)
      },
      onChange: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
  }

  /** Partition p belongs to the member at place p of those who read the topic. */
  #wanted(member: Member, { topic, partition }: TopicPartition): boolean {
    const readers = this.#members.filter(({ topics }) => topics.includes(topic))
    return readers[partition % readers.length] === member
  }

  #news(): void {
    for (const { changed } of this.#members) changed()
  }
}
