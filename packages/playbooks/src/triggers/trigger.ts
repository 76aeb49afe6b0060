import type { EpochMs } from '@perennial/member'
import type { MemberState } from '../member-state.ts'
import type { MemberRisk } from '../playbook.ts'
import type { Reader } from '../yaml/reader.ts'

/**
 * What a play waits for, with its settings. One of `seenIn` and `dueAt` is there: a cause is either something that a
 * record of risk says, once, or a state of the member that has an instant at which it came, or will come, about.
 */
export type Trigger = Readonly<{
  /** The key it is written under. */
  name: string
  /** Whether it draws on what we make of the member's behaviour, and not just on the membership. */
  profiles: boolean
  /** Names of the signals it asks about, where the file says them: to be held against those that there are. */
  signals?: readonly string[]
  /** Whether a record of risk is a cause. */
  seenIn?(risk: MemberRisk): boolean
  /**
   * Since when the state has been there or, if nothing happens, from when it will be. Undefined: never by itself. It
   * says all there is to say about time, so that silence and dates need no polling.
   */
  dueAt?(member: MemberState): EpochMs | undefined
  /** Whether the cause still stands: asked again at the moment of sending. */
  stands(member: MemberState, now: EpochMs): boolean
}>

/** One kind of trigger: the key in `when`, and how its settings are read. */
export type TriggerKind = Readonly<{ name: string; read: Reader<Trigger> }>

/** A trigger that is a state of the member. It stands as long as it would come about anew. */
export function stateTrigger(
  name: string,
  dueAt: (member: MemberState) => EpochMs | undefined,
  { profiles = false }: Readonly<{ profiles?: boolean }> = {},
): Trigger {
  return {
    name,
    profiles,
    dueAt,
    stands(member, now) {
      const at = dueAt(member)
      return at !== undefined && at <= now
    },
  }
}
