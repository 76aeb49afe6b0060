import type { EpochMs } from '@perennial/member'
import type { GateInput, GateResult, HoldReason } from './gates/gate.ts'
import { type GateName, GATES } from './gates/registry.ts'
import { endOfHolidays } from './holidays.ts'
import { endOfQuiet, zoneOr } from './local-time.ts'
import { CONTACTED_ELSEWHERE, elsewhereFor, holidaysFor, quietHoursFor } from './policy.ts'

export type GateAnswer = GateResult & Readonly<{ gate: GateName }>

/** What is to be done, and every gate's answer in order: a hold is an answer, not an error. */
export type Decision = Readonly<{ answers: readonly GateAnswer[] }> &
  (
    | Readonly<{ kind: 'send' }>
    | Readonly<{ kind: 'delay'; until: EpochMs }>
    | Readonly<{ kind: 'hold'; reason: HoldReason }>
  )

/** Everything the gates ask about, but what follows from the rest. */
export type Question = Omit<GateInput, 'earliestAt' | 'freeAt' | 'plannedAt'> &
  Readonly<{
    /** `send`: the moment of sending itself, when the step's delay has passed. */
    moment: 'decide' | 'send'
  }>

/**
 * Asks every gate, whatever the others say, so that the ledger tells all that
 * stood in the way and not just the first thing.
 */
export function decide(question: Question): Decision {
  const earliestAt = earliestOf(question)
  const freeAt = Math.max(earliestAt, freeOfOthers(question))
  const plannedAt = pastQuietHours(question, freeAt)
  const input: GateInput = { ...question, earliestAt, freeAt, plannedAt }
  const answers = GATES.map(({ name, ask }): GateAnswer => ({ gate: name, ...ask(input) }))
  const held = answers.find(({ answer }) => answer === 'hold')
  if (held?.answer === 'hold') return { kind: 'hold', reason: held.reason, answers }
  return plannedAt > question.now ? { kind: 'delay', until: plannedAt, answers } : { kind: 'send', answers }
}

/** A step is due so long after its cause, and where that has no instant of its own, after the decision. */
function earliestOf({ moment, now, step, cause }: Question): EpochMs {
  if (moment === 'send') return now
  return Math.max(now, (cause.dueAt ?? now) + step.delayMs)
}

/** From when on the latest contact by another team lies far enough back for this purpose. */
function freeOfOthers({ member, playbook: { purpose }, policy }: Question): EpochMs {
  const gapMs = elsewhereFor(policy)[purpose] ?? 0
  const { lastAt } = member?.signal(CONTACTED_ELSEWHERE) ?? { lastAt: 0 }
  return gapMs === 0 || lastAt === 0 ? -Infinity : lastAt + gapMs
}

function pastQuietHours({ playbook, policy, member }: Question, at: EpochMs): EpochMs {
  const quiet = quietHoursFor(playbook, policy)
  const holidays = holidaysFor(playbook, policy)
  const zone = zoneOr(member?.timeZone, policy.timeZone)
  // The end of a holiday may be night, and the end of a night a holiday.
  let planned = at
  for (let last = Number.NaN; planned !== last;) {
    last = planned
    if (quiet !== undefined) planned = endOfQuiet(planned, zone, quiet)
    planned = endOfHolidays(planned, zone, holidays)
  }
  return planned
}
