import { DAY_MS, type EpochMs } from '@perennial/member'
import { DEFAULT_POLICY } from '../policy.ts'
import type { KillSwitch, Playbook } from '../playbook.ts'
import type { MemberState, SignalState } from '../member-state.ts'
import { bandEntered } from '../triggers/band-entered.ts'
import type { GateInput, OtherContact } from '../gates/gate.ts'

/** Monday 2026-11-23, noon UTC. */
export const NOON = Date.UTC(2026, 10, 23, 12)

export const aPlaybook: Playbook = {
  name: 'win-back',
  title: 'Win back',
  enabled: true,
  purpose: 'marketing',
  priority: 40,
  when: bandEntered(['medium', 'high']),
  for: { status: ['active'], minConfidence: 0 },
  steps: [{ name: 'mail', channel: 'log', delayMs: 0 }],
  expiryMs: 7 * DAY_MS,
  success: { goal: 'renewed', withinMs: 365 * DAY_MS },
}

export const aMember: MemberState = {
  status: 'active',
  statusAt: NOON - 900 * DAY_MS,
  autoRenew: 'off',
  autoRenewAt: NOON - 900 * DAY_MS,
  band: 'high',
  bandSince: NOON,
  joinedAt: NOON - 900 * DAY_MS,
  termEnd: NOON + 60 * DAY_MS,
  termSaidAt: NOON - 305 * DAY_MS,
  renewals: 2,
  dues: 200,
  paymentFailedAt: 0,
  paidAt: NOON - 305 * DAY_MS,
  lastAt: NOON - 40 * DAY_MS,
  takenPartAt: NOON - 200 * DAY_MS,
  tier: 'regular',
  chapter: 'Berlin',
  timeZone: 'Europe/Berlin',
  consent: { marketing: true },
  riskAbove: () => undefined,
  signal: () => ({ count: 0, lastAt: 0 }),
}

/** The member with these signals, each as often as said and last at the instant said. */
export function withSignals(
  signals: Readonly<Record<string, SignalState>>,
  changes: Partial<MemberState> = {},
): MemberState {
  return { ...aMember, ...changes, signal: (name) => signals[name] ?? { count: 0, lastAt: 0 } }
}

/** Contacts of another play that were made, and of which no more is known, at these instants. For tests. */
export function othersAt(...times: readonly EpochMs[]): OtherContact[] {
  return times.map((at) => ({ at, playbook: 'other', step: 'mail', pending: false }))
}

/** Everything may go out. For tests. */
export const NOTHING_STOPPED: KillSwitch = { all: false, playbooks: new Set(), channels: new Set() }

/** An input that passes every gate, changed as a test needs it. For tests. */
export function gateInput(changes: Partial<GateInput> = {}): GateInput {
  return {
    playbook: aPlaybook,
    step: { name: 'mail', channel: 'log', delayMs: 0 },
    channel: 'log',
    erased: false,
    policy: DEFAULT_POLICY,
    cause: {
      interventionId: 'i-1',
      memberId: 'M1',
      riskVersion: 3,
      termEnd: NOON + 60 * DAY_MS,
      expiresAt: NOON + 7 * DAY_MS,
      replay: false,
    },
    kill: NOTHING_STOPPED,
    now: NOON,
    earliestAt: NOON,
    freeAt: NOON,
    plannedAt: NOON,
    member: aMember,
    contact: undefined,
    otherContacts: [],
    quotas: [],
    ...changes,
  }
}

export function playbookWith(changes: Partial<Playbook>): Playbook {
  return { ...aPlaybook, ...changes }
}
