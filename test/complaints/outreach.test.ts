import { unsubscribeToken } from '@perennial/channels'
import { DAY_MS, foldFact, HOUR_MS, memberKey, SLOT, slot } from '@perennial/member'
import { NOON, type RowSample, sampleRow } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { type OutreachWorld, outreachWorld, plays } from '../pipeline/outreach-world.ts'
import { stored, testApi } from '../../services/api/src/server.fixture.ts'

/*
 * What users of other systems complain about in public, where it is about outreach: each is a test here, named as they say
 * it. The names in brackets are the repositories and the numbers of their issues.
 */

type Play = Readonly<{ name: string; purpose?: string; when: string; for?: string; steps?: string; more?: string }>

const STEP = '{ name: one, channel: log }'

/** Plays as their owners write them, on a policy that keeps nobody waiting unless a test says so. */
function withPlays(
  given: readonly Play[],
  policy = 'timeZone: UTC\ncap: { contacts: 9, within: 7d }\n',
): OutreachWorld {
  const files = given.map(
    ({ name, purpose = 'service', when, for: whom = 'status: [active]', steps = STEP, more = '' }) => ({
      file: `${name}.yaml`,
      text: `name: ${name}\ntitle: T\npurpose: ${purpose}\nwhen: { ${when} }\nfor: { ${whom} }\nsteps: [${steps}]\nexpiry: 30d\n${more}`,
    }),
  )
  return outreachWorld(plays([{ file: 'policy.yaml', text: policy }, ...files]))
}

const HIGH: Play = { name: 'at-risk', purpose: 'marketing', when: 'bandEntered: [high]' }

/** A member A, and nobody else. */
function alone(world: OutreachWorld, row: RowSample = {}): OutreachWorld {
  world.members.clear()
  world.members.set('A', { row, band: 1, version: 0 })
  return world
}

/** Comes into the band, and everything that is due is done. */
async function enters(world: OutreachWorld, band: 1 | 2 | 3): Promise<void> {
  world.moves('A', band, false)
  await world.dispatch(9)
  await world.work()
}

async function passes(world: OutreachWorld, ms: number): Promise<void> {
  world.clock.advance(ms)
  await world.look()
  await world.work()
}

const sent = (world: OutreachWorld) => world.attempts.map(({ outreach }) => `${outreach.playbook} ${outreach.step}`)
const reasons = async (world: OutreachWorld) =>
  (await world.ledger.ofMember('A')).map(({ reason, outcome }) => reason ?? outcome?.detail ?? outcome?.outcome)

const KEY = 'k'.repeat(32)
const LINK = `/u/${unsubscribeToken([KEY], { memberId: 'M-17', purpose: 'marketing', interventionId: 'i-1' })}`

test('a program that only looks at the link, by GET or HEAD, unsubscribes people (mautic#14916, Rock#7034, emailflare#190)', async () => {
  const api = await testApi({ unsubscribeKeys: [KEY] })
  for (const method of ['GET', 'HEAD'] as const) await api.app.inject({ method, url: LINK })
  expect(await stored(api, 'membership')).toEqual([])
})

test('unsubscribing with one click takes two (listmonk#1685, #2608)', async () => {
  const api = await testApi({ unsubscribeKeys: [KEY] })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  await api.app.inject({ method: 'POST', url: LINK, headers, body: 'List-Unsubscribe=One-Click' })
  expect((await stored(api, 'membership')).map(({ record }) => record.consent)).toEqual([{ marketing: false }])
})

test('sent although unsubscribed meanwhile (parcelvoy#442, #537, Rock#3677, #4124, Ghost#27408)', async () => {
  const world = alone(withPlays([HIGH]))
  world.moves('A', 3, false)
  await world.dispatch(9)
  // The job waits; before it is done, the member says no.
  world.members.get('A')!.row = { consent: { marketing: false } }
  await world.work()
  expect(sent(world)).toEqual([])
  expect(await reasons(world)).toEqual(['no-consent'])
})

test('unsubscribing from one list removes from all (mautic#2009, Ghost#29605)', async () => {
  const world = alone(withPlays([HIGH, { name: 'card', when: 'bandEntered: [high]' }]), {
    consent: { marketing: false },
  })
  await enters(world, 3)
  expect(sent(world)).toEqual(['card one'])
})

test('who subscribes again after renewing stays unsubscribed (pmpro-mailchimp#151)', async () => {
  const world = alone(withPlays([HIGH]), { consent: { marketing: false } })
  await enters(world, 3)
  world.members.get('A')!.row = { consent: { marketing: true }, term: { start: NOON, end: NOON + 400 * DAY_MS } }
  await enters(world, 1)
  await enters(world, 3)
  expect(sent(world)).toEqual(['at-risk one'])
})

test('the same message twice or for ever, after a retry or beside an overlapping run (mautic#2215, #3669, #8802, #11763)', async () => {
  const world = alone(withPlays([HIGH]))
  await enters(world, 3)
  for (let n = 0; n < 5; n++) {
    // Everything is read again from the beginning, and the cause comes about again.
    world.rewind(0)
    await enters(world, 1)
    await enters(world, 3)
    world.clock.advance(DAY_MS)
  }
  expect(sent(world)).toEqual(['at-risk one'])
})

test("the second year's reminder is never sent (civicrm-core#13487)", async () => {
  const series: Play = { name: 'renewal', when: 'termEnd: -20d' }
  const world = alone(withPlays([series]), { term: { start: NOON - 345 * DAY_MS, end: NOON + 20 * DAY_MS } })
  await passes(world, 1)
  world.members.get('A')!.row = { term: { start: NOON + 20 * DAY_MS, end: NOON + 385 * DAY_MS } }
  await passes(world, 365 * DAY_MS)
  expect(sent(world)).toEqual(['renewal one', 'renewal one'])
  expect(new Set(world.attempts.map(({ outreach }) => outreach.termId)).size).toBe(2)
})

test('who renews automatically is told to renew, and who switched that off is told nothing (civicrm-core#26535, #26563)', async () => {
  const series: Play = { name: 'renewal', when: 'termEnd: -20d', for: 'status: [active], autoRenew: off' }
  const term = { start: NOON - 345 * DAY_MS, end: NOON + 20 * DAY_MS }
  const automatic = alone(withPlays([series]), { term, autoRenew: true })
  await passes(automatic, 1)
  expect(sent(automatic)).toEqual([])
  const off = alone(withPlays([series]), { term, autoRenew: false })
  await passes(off, 1)
  expect(sent(off)).toEqual(['renewal one'])
})

test('a tenth of the reminders is missing, and nobody can say why (operations#196, rudder-server#7325, website#1653)', async () => {
  const world = alone(
    withPlays([HIGH, { ...HIGH, name: 'other' }], 'timeZone: UTC\ncap: { contacts: 1, within: 7d }\n'),
  )
  await enters(world, 3)
  const entries = await world.ledger.ofMember('A')
  expect(sent(world)).toHaveLength(1)
  expect((await reasons(world)).toSorted((a = '', b = '') => (a < b ? -1 : 1))).toEqual(['cap', 'delivered'])
  // Each says what every gate said, and being held back is no failure.
  expect(entries.every(({ answers, policyVersion }) => answers.length > 10 && policyVersion !== '')).toBe(true)
  expect(await world.queue.counts()).toMatchObject({ failed: 0 })
})

test('caps are ignored, count by calendar days, or hold back what must not wait (mautic#1784, #6729, #6896)', async () => {
  const policy =
    'timeZone: UTC\ncap: { contacts: 9, within: 7d }\ncaps: [{ contacts: 1, within: 7d, purpose: marketing }]\n'
  const again: Play = { ...HIGH, name: 'again', when: 'bandEntered: [medium]' }
  const card: Play = { name: 'card', when: 'bandEntered: [medium]' }
  const world = alone(withPlays([HIGH, again, card], policy))
  await enters(world, 3)
  // A moment less than a week later, though another week of the calendar; what belongs to the membership gets through.
  world.clock.advance(7 * DAY_MS - 1)
  await enters(world, 1)
  await enters(world, 2)
  expect(sent(world)).toEqual(['at-risk one', 'card one'])
})

test('where only one may go out, the less important one does (customer.io community 393)', async () => {
  const policy = 'timeZone: UTC\ncap: { contacts: 1, within: 7d }\n'
  const late = '{ name: one, channel: log, delay: 1d }'
  const minor: Play = { ...HIGH, name: 'minor', when: 'bandEntered: [medium]', steps: late, more: 'priority: 10\n' }
  const major: Play = { ...HIGH, name: 'major', more: 'priority: 90\n' }
  const world = alone(withPlays([minor, major], policy))
  await enters(world, 2)
  await enters(world, 3)
  await passes(world, 2 * DAY_MS)
  expect(sent(world)).toEqual(['major one'])
})

test('a journey goes on though its goal was reached (parcelvoy#407, dittofeed#1463, #958)', async () => {
  const steps = '{ name: letter, channel: log }, { name: call, channel: log, delay: 10d }'
  const world = alone(withPlays([{ name: 'renewal', when: 'termEnd: -20d', steps }]), {
    term: { start: NOON - 345 * DAY_MS, end: NOON + 20 * DAY_MS },
  })
  await passes(world, 1)
  world.members.get('A')!.row = { term: { start: NOON + 20 * DAY_MS, end: NOON + 385 * DAY_MS } }
  await passes(world, 10 * DAY_MS)
  expect(sent(world)).toEqual(['renewal letter'])
})

test('tell me when somebody comes into the group, not that the group has changed (posthog#18083, #14097, #39629, #18735)', async () => {
  const world = alone(withPlays([{ ...HIGH, purpose: 'internal' }]))
  await enters(world, 3)
  // Still in it: nothing more to tell.
  await enters(world, 3)
  expect(world.attempts.map(({ outreach }) => `${outreach.memberId} ${outreach.band}`)).toEqual(['A high'])
})

test('the same alert again and again while a member wavers (grafana#458, bosun#726, kibana#42749, chmonitor#2767)', async () => {
  const world = alone(withPlays([{ ...HIGH, purpose: 'internal', more: 'cap: { contacts: 1, within: 30d }\n' }]))
  for (let n = 0; n < 4; n++) {
    await enters(world, 3)
    world.clock.advance(DAY_MS)
    await enters(world, 1)
  }
  expect(sent(world)).toHaveLength(1)
})

test('an alert that nobody owns and that has no date (clientsuccess.com, uncommoninsights.com.au)', async () => {
  const steps = '{ name: call, channel: log, owner: membership-ops }'
  const world = alone(withPlays([{ ...HIGH, purpose: 'internal', steps }]))
  await enters(world, 3)
  expect(world.attempts[0]?.outreach).toMatchObject({ owner: 'membership-ops', expiresAt: NOON + 30 * DAY_MS })
})

test('members are written to at night, and more than once a week (adcp#449, #3272)', async () => {
  const policy = "timeZone: UTC\ncap: { contacts: 1, within: 7d }\nquietHours: { from: '20:00', to: '08:00' }\n"
  const world = alone(withPlays([HIGH, { ...HIGH, name: 'more' }], policy), { timeZone: 'Asia/Singapore' })
  // 20:00 in Singapore.
  await enters(world, 3)
  expect(sent(world)).toEqual([])
  for (let hour = 0; hour < 6 * 24; hour++) {
    world.clock.advance(HOUR_MS)
    await world.work()
  }
  expect(world.attempts.map(({ at }) => new Date(at).getUTCHours())).toEqual([0])
})

test('our own message counts as the engagement of the member (adcp#668)', () => {
  const row = sampleRow()
  const before = slot(row, 0, SLOT.lastAt)
  foldFact(row, 0, {
    kind: 'outcome',
    outcome: 'delivered',
    subject: memberKey('M1'),
    source: { stream: 7, partition: 0, offset: 0, index: 0 },
    idHi: 3,
    idLo: 1,
    at: NOON,
  })
  expect(slot(row, 0, SLOT.contactedAt)).toBe(NOON)
  expect(slot(row, 0, SLOT.lastAt)).toBe(before)
})
