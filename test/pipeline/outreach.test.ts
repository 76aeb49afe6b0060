import { DAY_MS, HOUR_MS } from '@perennial/member'
import { capsFor, eventCause, isQuiet } from '@perennial/playbooks'
import type { SendResult } from '@perennial/channels'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Attempt, type OutreachWorld, outreachWorld } from './outreach-world.ts'

type Event = (world: OutreachWorld) => unknown

const who = fc.constantFrom('A', 'B', 'C')
const answer: fc.Arbitrary<SendResult> = fc.constantFrom<SendResult[]>(
  { kind: 'delivered' },
  { kind: 'retry', reason: 'busy' },
  { kind: 'retry', reason: 'later', afterMs: 3 * HOUR_MS },
  { kind: 'failed', reason: 'gone' },
)

/** Mostly so, for what would otherwise stop everything for the rest of a run. */
const mostly = fc.nat(5).map((chance) => chance > 0)

const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(who, fc.constantFrom<(1 | 2 | 3)[]>(1, 2, 3), fc.nat(15)).map(moves) },
  {
    weight: 5,
    arbitrary: fc.integer({ min: 1, max: 5 }).map(
      (most): Event =>
        (world) =>
          world.dispatch(most),
    ),
  },
  { weight: 5, arbitrary: fc.constant<Event>((world) => world.work()) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 * 24 * 60 }).map(passes) },
  {
    weight: 4,
    arbitrary: fc.integer({ min: 1, max: 25 }).map(
      (calls): Event =>
        (world) =>
          world.crashIn(calls),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(30).map(
      (to): Event =>
        (world) =>
          world.rewind(to),
    ),
  },
  {
    weight: 2,
    arbitrary: answer.map(
      (next): Event =>
        (world) =>
          world.answers.push(next),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(who, fc.integer({ min: 1, max: 3 })).map(([id, n]) => renews(id, n)) },
  { weight: 1, arbitrary: fc.tuple(who, mostly).map(([id, marketing]) => changes(id, { consent: { marketing } })) },
  { weight: 1, arbitrary: fc.tuple(who, mostly).map(([id, so]) => changes(id, { status: so ? 'active' : 'lapsed' })) },
  { weight: 1, arbitrary: fc.tuple(who, fc.constantFrom('UTC', 'Asia/Tokyo', 'Nowhere')).map(livesIn) },
  { weight: 1, arbitrary: mostly.map(kill) },
)

function passes(minutes: number): Event {
  return ({ clock }) => clock.advance(minutes * 60_000)
}

function kill(resumed: boolean): Event {
  return ({ killSwitch }) => (resumed ? killSwitch.resume('*') : killSwitch.stop('*'))
}

function livesIn([id, timeZone]: [string, string]): Event {
  return changes(id, { timeZone })
}

function moves([id, band, chance]: [string, 1 | 2 | 3, number]): Event {
  return (world) => world.moves(id, band, chance === 0)
}

function changes(id: string, change: object): Event {
  return ({ members }) => {
    const member = members.get(id)!
    member.row = { ...member.row, ...change }
  }
}

function renews(id: string, years: number): Event {
  return ({ clock, members }) => {
    const member = members.get(id)!
    const end = (member.row.term?.end ?? clock.now()) + years * 365 * DAY_MS
    member.row = { ...member.row, term: { start: clock.now(), end } }
  }
}

/** Nothing crashes any more, and all that is due is done. */
async function settle(world: OutreachWorld): Promise<void> {
  world.crashIn(Infinity)
  expect(await world.dispatch(100)).toBe(true)
  for (;;) {
    expect(await world.work()).toBe(true)
    const next = world.queue.nextDue()
    if (next === Infinity) return
    world.clock.set(Math.max(world.clock.now(), next))
  }
}

const keyOf = ({ outreach }: Attempt) => `${outreach.memberId}|${outreach.termId}|${outreach.playbook}|${outreach.step}`

function check(world: OutreachWorld): void {
  oneContactPerCause(world)
  capsHold(world, (made) => made[0])
  capsHold(world, (made) => made.at(-1))
  for (const attempt of world.attempts) gatesHeld(attempt)
  everyDecisionOnce(world)
}

/** However often it is attempted, a contact has one idempotency key, and no two contacts share one. */
function oneContactPerCause({ attempts }: OutreachWorld): void {
  const ids = Map.groupBy(attempts, keyOf)
  for (const [key, made] of ids) expect([key, new Set(made.map(({ outreach }) => outreach.id)).size]).toEqual([key, 1])
  expect(new Set(attempts.map(({ outreach }) => outreach.id)).size).toBe(ids.size)
}

/** Whichever of its attempts it was that arrived: no window of any cap holds too many contacts. */
function capsHold({ attempts, plays }: OutreachWorld, arrived: (made: Attempt[]) => Attempt | undefined): void {
  const contacts = [...Map.groupBy(attempts, keyOf).values()].map((made) => arrived(made)!)
  for (const own of contacts) {
    const others = contacts.filter(({ outreach }) => outreach.memberId === own.outreach.memberId)
    const { contacts: most, withinMs } = plays.policy.cap
    expect(others.filter(({ at }) => at >= own.at && at < own.at + withinMs).length).toBeLessThanOrEqual(most)
    // A play's own cap is asked when the play has its turn, about those that went out before it.
    const playbook = plays.playbooks.find(({ name }) => name === own.outreach.playbook)!
    for (const cap of capsFor(playbook, playbook.steps[0]!, plays.policy)) {
      const before = others.filter(
        (other) => attempts.indexOf(other) < attempts.indexOf(own) && other.at > own.at - cap.withinMs,
      )
      expect(before.length).toBeLessThan(cap.contacts)
    }
  }
}

function gatesHeld({ at, member, killed, outreach }: Attempt): void {
  const zone = { Nowhere: 'America/New_York' }[member.row.timeZone ?? ''] ?? member.row.timeZone ?? 'Europe/Berlin'
  expect(isQuiet(at, zone, { from: 19 * 60 + 30, to: 9 * 60 + 15 })).toBe(false)
  expect(killed).toBe(false)
  expect(at).toBeLessThan(outreach.expiresAt)
  expect(member.row.consent?.['marketing'] ?? true).toBe(true)
  expect(member.row.status ?? 'active').toBe('active')
  expect(member.band).toBeGreaterThanOrEqual(outreach.playbook === 'at-risk' ? 3 : 2)
}

/** Every record that is a cause for a play has exactly one entry; every entry that says "send" came to an end. */
function everyDecisionOnce({ log, plays, ledger }: OutreachWorld): void {
  const due = log.flatMap((risk) =>
    plays.playbooks
      .filter((playbook) => eventCause(playbook, risk))
      .map(({ name }) => `${risk.memberId}.${risk.version} ${name}`),
  )
  const entries = ledger.all()
  expect(
    entries.map(({ memberId, riskVersion, playbook }) => `${memberId}.${riskVersion} ${playbook}`).toSorted(),
  ).toEqual(due.toSorted())
  for (const { decision, outcome, reason } of entries) {
    if (decision === 'send') expect(outcome).toBeDefined()
    else expect(reason).toBeDefined()
  }
}

test('whatever happens, and wherever a process dies: one contact per cause, within caps, quiet hours and consent, each decision on record once', async () => {
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(events, { minLength: 40, maxLength: 120 }), async (sequence) => {
      const world = outreachWorld()
      for (const event of sequence) await event(world)
      await settle(world)
      check(world)
      sent += world.attempts.length
    }),
    { numRuns: 1_000 },
  )
  // Guards the test itself: it must have had something to look at.
  expect(sent).toBeGreaterThan(1_500)
}, 60_000)
