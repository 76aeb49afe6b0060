import type { EpochMs } from '@perennial/member'
import type { Agenda, Appointment } from '@perennial/runtime'
import { TimeHeap } from './time-heap.ts'

export type Appointments = Pick<Agenda, 'notice' | 'due' | 'rearm'> & Readonly<{ readonly next: EpochMs }>

/** Whom to look at when in a simulation: `Agenda` in memory. Everybody is in one partition. */
export function appointments(): Appointments {
  const standing = new Map<string, Appointment>()
  const heap = new TimeHeap<Appointment>()

  /** The one before, if there was one, stays in the heap and does not count any more. */
  function set(memberId: string, at: EpochMs): void {
    const appointment = { memberId, at }
    standing.set(memberId, appointment)
    heap.add(at, appointment)
  }

  return {
    /** A time that has moved since may be told: then nobody is due. */
    get next() {
      return heap.next
    },
    async notice(_, memberIds, at) {
      for (const id of memberIds) if (at < (standing.get(id)?.at ?? Infinity)) set(id, at)
    },
    async due(_, until, limit) {
      const due: Appointment[] = []
      while (due.length < limit) {
        const first = heap.take(until)
        if (first === undefined) break
        if (standing.get(first.item.memberId) === first.item) due.push(first.item)
      }
      return due
    },
    async rearm(_, looked) {
      for (const { memberId, at, next } of looked) {
        if (standing.get(memberId)?.at !== at) continue
        if (next === undefined) standing.delete(memberId)
        else set(memberId, Math.ceil(next))
      }
    },
  }
}
