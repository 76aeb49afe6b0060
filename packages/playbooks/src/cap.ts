import type { EpochMs } from '@perennial/member'
import type { OtherContact } from './gates/gate.ts'
import type { Cap } from './playbook.ts'

/** The contact that is asked about. */
export type Placed = Readonly<{ at: EpochMs; priority: number }>

/**
 * Whether one more contact fits under all caps. Windows lie wherever they would be too full: others may lie before or after
 * it, for contacts are also planned ahead. Where there is no room, those that wait and have a lower priority give way, as
 * the store of contacts makes them do when the place is taken.
 */
export function fitsUnder(others: readonly OtherContact[], own: Placed, caps: readonly Cap[]): boolean {
  let left = others
  for (const cap of caps)
    for (;;) {
      const window = fullWindow(left, own.at, cap)
      if (window === undefined) break
      const victim = weakest(window, own.priority)
      if (victim === undefined) return false
      left = left.filter((other) => other !== victim)
    }
  return true
}

/** Of what is not known of a contact, every cap counts it. */
function counts({ purpose, channel, step }: Cap, other: OtherContact): boolean {
  if (step !== undefined && (step.playbook !== other.playbook || step.step !== other.step)) return false
  if (purpose !== undefined && purpose !== (other.purpose ?? purpose)) return false
  return channel === undefined || channel === (other.channel ?? channel)
}

/** The others in the first window that would hold more than the cap allows; undefined: there is none. */
function fullWindow(others: readonly OtherContact[], at: EpochMs, cap: Cap): OtherContact[] | undefined {
  const { contacts, withinMs } = cap
  const near = others.filter((other) => Math.abs(other.at - at) < withinMs && counts(cap, other))
  if (near.length < contacts) return undefined
  const all = [...near.map((other) => ({ at: other.at, other })), { at, other: undefined }].toSorted(
    (a, b) => a.at - b.at,
  )
  const first = all.findIndex((one, n) => (all[n + contacts]?.at ?? Infinity) - one.at < withinMs)
  return first === -1 ? undefined : all.slice(first, first + contacts + 1).flatMap(({ other }) => other ?? [])
}

/** The lowest priority below this one, of those that wait; of several the latest. */
function weakest(window: readonly OtherContact[], priority: number): OtherContact | undefined {
  let found: OtherContact | undefined
  for (const other of window) {
    if (!other.pending || other.priority === undefined || other.priority >= priority) continue
    if (found?.priority === undefined || other.priority <= found.priority) found = other
  }
  return found
}
