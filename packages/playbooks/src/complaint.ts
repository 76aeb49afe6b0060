import type { EpochMs } from '@perennial/member'
import type { MemberState, SignalState } from './member-state.ts'
import type { Complaints } from './playbook.ts'

/**
 * Whether a complaint is open, by the signals that open and close one. Two opened and one closed leave one open; and where
 * counts cannot tell, for we have not heard of all of them, one opened after the last that was closed is open. One that
 * nobody ever closes is forgotten after a while.
 */
export function hasOpenComplaint(member: MemberState, { opened, closed, withinMs }: Complaints, now: EpochMs): boolean {
  const open = together(member, opened)
  const done = together(member, closed)
  if (open.count === 0 || now - open.lastAt >= withinMs) return false
  return open.lastAt > done.lastAt || open.count > done.count
}

function together({ signal }: MemberState, names: readonly string[]): SignalState {
  const states = names.map((name) => signal(name))
  return {
    count: states.reduce((sum, { count }) => sum + count, 0),
    lastAt: Math.max(0, ...states.map(({ lastAt }) => lastAt)),
  }
}
