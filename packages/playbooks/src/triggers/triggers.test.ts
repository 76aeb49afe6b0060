import { DAY_MS, HOUR_MS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import type { MemberState } from '../member-state.ts'
import { parsePlaybook } from '../parse-playbook.ts'
import { aMember, NOON, withSignals } from '../testing/sample-input.ts'
import { TRIGGERS } from './registry.ts'
import type { Trigger } from './trigger.ts'

/** A trigger as somebody would write it. */
function written(when: string): Trigger {
  const text = `name: t\ntitle: T\npurpose: internal\nwhen: ${when}\nfor: { status: [active] }\nsteps: [{ name: s, channel: log }]\nexpiry: 30d\n`
  const { playbook, problems } = parsePlaybook('t.yaml', text)
  if (playbook === undefined) throw new Error(problems.map(({ reason }) => reason).join())
  return playbook.when
}

const ago = (days: number) => NOON - days * DAY_MS
const risk = {
  memberId: 'M1',
  version: 1,
  asOf: NOON,
  confidence: 1,
  status: 'active',
  termEnd: null,
  joinedAt: null,
  replay: false,
} as const

type Case = [says: string, when: string, member: MemberState, dueAt: number | undefined]

describe('a state of the member comes about', () => {
  test.each<Case>([
    ['so long before the end of the term', '{ termEnd: -30d }', { ...aMember, termEnd: NOON }, ago(30)],
    ['so long after it', '{ termEnd: 14d }', { ...aMember, termEnd: NOON }, NOON + 14 * DAY_MS],
    ['never, without a term', '{ termEnd: -30d }', { ...aMember, termEnd: 0 }, undefined],
    [
      'when a band has been held so long',
      '{ bandHeld: { bands: [high], for: 14d } }',
      { ...aMember, bandSince: ago(20) },
      ago(6),
    ],
    ['never, in another band', '{ bandHeld: { bands: [high], for: 14d } }', { ...aMember, band: 'low' }, undefined],
    [
      'when a milestone is missed',
      '{ notYet: { signals: [login], within: 14d } }',
      { ...aMember, joinedAt: ago(10) },
      NOON + 4 * DAY_MS,
    ],
    [
      'never, once it is reached',
      '{ notYet: { signals: [login, posted], within: 14d } }',
      withSignals({ posted: { count: 1, lastAt: 1 } }),
      undefined,
    ],
    [
      'never, of somebody who never joined',
      '{ notYet: { signals: [login], within: 14d } }',
      { ...aMember, joinedAt: 0 },
      undefined,
    ],
    ['after so long a silence', '{ silent: { for: 60d } }', { ...aMember, lastAt: ago(70) }, ago(10)],
    [
      'after so long a silence since joining',
      '{ silent: { for: 60d } }',
      { ...aMember, lastAt: 0, joinedAt: ago(10) },
      NOON + 50 * DAY_MS,
    ],
    [
      'when a payment failed',
      '{ paymentFailed: { after: 1d } }',
      { ...aMember, paymentFailedAt: ago(3), paidAt: ago(300) },
      ago(2),
    ],
    [
      'never, once it was paid',
      '{ paymentFailed: {} }',
      { ...aMember, paymentFailedAt: ago(3), paidAt: ago(2) },
      undefined,
    ],
    [
      'when auto-renew was switched off',
      '{ autoRenewOff: { after: 1h } }',
      { ...aMember, autoRenewAt: ago(3) },
      ago(3) + HOUR_MS,
    ],
    [
      'never, where it was never on',
      '{ autoRenewOff: {} }',
      { ...aMember, autoRenewAt: aMember.joinedAt + HOUR_MS },
      undefined,
    ],
    [
      'never, where it is on again',
      '{ autoRenewOff: {} }',
      { ...aMember, autoRenew: 'on', autoRenewAt: ago(3) },
      undefined,
    ],
    [
      'when a first post is not answered',
      '{ postUnanswered: { for: 24h } }',
      withSignals({ posted: { count: 1, lastAt: ago(3) } }),
      ago(2),
    ],
    [
      'never, once it is answered',
      '{ postUnanswered: { for: 24h } }',
      withSignals({ posted: { count: 1, lastAt: ago(3) }, help_received: { count: 1, lastAt: ago(3) } }),
      undefined,
    ],
    [
      'never, of a second post',
      '{ postUnanswered: { for: 24h } }',
      withSignals({ posted: { count: 2, lastAt: ago(3) } }),
      undefined,
    ],
    [
      'when somebody only ever reads',
      '{ passive: { for: 180d } }',
      { ...aMember, takenPartAt: 0, lastAt: ago(2), joinedAt: ago(200) },
      ago(20),
    ],
    ['never, of somebody who took part', '{ passive: { for: 180d } }', aMember, undefined],
    ['when the member renewed', '{ renewed: { after: 3d } }', { ...aMember, termSaidAt: ago(5), renewals: 1 }, ago(2)],
    ['never, in the first term', '{ renewed: {} }', { ...aMember, renewals: 0 }, undefined],
    [
      'so long after the membership lapsed',
      '{ lapsed: { after: 30d } }',
      { ...aMember, status: 'lapsed', statusAt: ago(31) },
      ago(1),
    ],
    ['never, of a member', '{ lapsed: {} }', aMember, undefined],
    [
      'when somebody at low risk has helped often',
      '{ advocate: { helped: 3, lowFor: 90d } }',
      withSignals({ help_given: { count: 3, lastAt: ago(5) } }, { band: 'low', bandSince: ago(100) }),
      ago(5),
    ],
    [
      'never, of somebody at risk',
      '{ advocate: { helped: 3, lowFor: 90d } }',
      withSignals({ help_given: { count: 3, lastAt: ago(5) } }),
      undefined,
    ],
    [
      'never, of somebody who has helped little',
      '{ advocate: { helped: 4, lowFor: 90d } }',
      withSignals({ help_given: { count: 3, lastAt: ago(5) } }, { band: 'low' }),
      undefined,
    ],
    [
      'when an event was missed',
      '{ eventMissed: { after: 1d } }',
      withSignals({ event_missed: { count: 1, lastAt: ago(3) } }),
      ago(2),
    ],
    [
      'never, once another was attended',
      '{ eventMissed: {} }',
      withSignals({ event_missed: { count: 1, lastAt: ago(3) }, event_attended: { count: 1, lastAt: ago(1) } }),
      undefined,
    ],
  ])('%s: %s', (_, when, member, dueAt) => {
    const trigger = written(when)
    expect(trigger.dueAt?.(member)).toBe(dueAt)
    // It stands exactly from then on.
    const turn = dueAt ?? Number.MAX_SAFE_INTEGER
    expect([trigger.stands(member, turn - 1), trigger.stands(member, turn)]).toEqual([false, dueAt !== undefined])
  })
})

describe('a record of risk', () => {
  test.each([
    ['{ bandEntered: [high] }', { band: 'high', previousBand: 'low' }, true],
    ['{ bandEntered: [medium] }', { band: 'medium', previousBand: 'high' }, false],
    ['{ bandEntered: [low] }', { band: 'low', previousBand: null }, true],
    ['{ bandLeft: [high] }', { band: 'medium', previousBand: 'high' }, true],
    ['{ bandLeft: [high] }', { band: 'high', previousBand: 'medium' }, false],
    ['{ bandLeft: [medium, high] }', { band: 'medium', previousBand: 'high' }, false],
    ['{ riskMoved: { by: 0.2, direction: up } }', { lapseRisk: 0.5, previousRisk: 0.2 }, true],
    ['{ riskMoved: { by: 0.2, direction: down } }', { lapseRisk: 0.5, previousRisk: 0.2 }, false],
    ['{ riskMoved: { by: 0.2, direction: down } }', { lapseRisk: 0.1, previousRisk: 0.5 }, true],
    ['{ riskMoved: { by: 0.2, direction: up } }', { lapseRisk: 0.9, previousRisk: null }, false],
  ] as const)('%s: %o is a cause: %s', (when, changes, expected) => {
    const record = { ...risk, band: 'low', previousBand: 'low', lapseRisk: 0.1, previousRisk: 0.1, ...changes } as const
    expect(written(when).seenIn?.(record)).toBe(expected)
  })

  test('of a member who has left is no recovery', () => {
    const record = {
      ...risk,
      band: 'low',
      previousBand: 'high',
      lapseRisk: 1,
      previousRisk: 0.1,
      status: 'lapsed',
    } as const
    expect(written('{ bandLeft: [high] }').seenIn?.(record)).toBe(false)
  })
})

describe('a risk above a level', () => {
  const trigger = written('{ riskAbove: { level: 0.6, for: 14d } }')
  const withRisk = (risk: ReturnType<MemberState['riskAbove']>): MemberState => ({
    ...aMember,
    riskAbove: (level) => (level === 0.6 ? risk : undefined),
  })

  test.each([
    ['so long after it came to the level', { kind: 'above', since: ago(20) }, ago(6)],
    ['so long after it may come to it', { kind: 'below', until: NOON }, NOON + 14 * DAY_MS],
    ['never, where it never comes to it', { kind: 'below', until: Infinity }, undefined],
    ['never, where there is no risk to tell', undefined, undefined],
  ] as const)('comes about %s', (_, risk, dueAt) => {
    expect(trigger.dueAt?.(withRisk(risk))).toBe(dueAt)
  })

  test('stands for as long as it is above, whatever has been heard meanwhile', () => {
    expect(trigger.stands(withRisk({ kind: 'above', since: NOON }), NOON)).toBe(true)
    expect(trigger.stands(withRisk({ kind: 'below', until: NOON }), NOON)).toBe(false)
  })

  test('draws on behaviour', () => expect(trigger.profiles).toBe(true))
})

test('every trigger has one way to come about, and a case above', () => {
  for (const { name } of TRIGGERS) expect(name).toMatch(/^[a-z][A-Za-z]+$/)
  expect(new Set(TRIGGERS.map(({ name }) => name)).size).toBe(TRIGGERS.length)
})

test.each([
  ['{}', 'expected exactly one of bandEntered, '],
  ['{ silent: { for: 60d }, passive: { for: 60d } }', 'expected exactly one of bandEntered, '],
  ['{ silence: { for: 60d } }', "unknown key 'silence'"],
  ['{ silent: { for: sixty } }', "expected a duration such as 30m, 12h, 7d or 2w, or 0, found 'sixty'"],
  ['{ silent: }', "'silent' has no value"],
  ['{ riskAbove: { level: 60, for: 14d } }', 'expected a number between 0 and 1, found'],
  ['{ riskAbove: { level: 0, for: 14d } }', 'expected a number between 0 and 1, found'],
  ['{ riskAbove: { level: 0.6 } }', "'for' is missing"],
])('refused: %s', (when, reason) => {
  expect(() => written(when)).toThrow(reason)
})
