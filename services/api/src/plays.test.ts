import { type Effect, effectOf } from '@perennial/effect'
import { parseFiles } from '@perennial/playbooks'
import { measureReports, type PlayReport, type Report } from '@perennial/reporting'
import { createMetrics } from '@perennial/runtime'
import { NOON } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { testApi } from './server.fixture.ts'

const play = (name: string) => ({
  file: `${name}.yaml`,
  text: `name: ${name}\ntitle: T of ${name}\npurpose: internal\nwhen: { silent: { for: 60d } }\nfor: { status: [active] }\nsteps: [{ name: call, channel: log }]\nexpiry: 7d\n`,
})
const { plays } = parseFiles(['a-new', 'call', 'useless', 'letter'].map(play), () => 'v1')
if (plays === undefined) throw new Error('The plays of this test are wrong.')

/** Of so many members in each arm, so many reached the goal. */
function effect(members: number, treated: number, control: number): Effect {
  const none = { scored: 0, scoredSuccesses: 0, risk: 0, riskSquared: 0, riskOfSuccesses: 0 }
  const arm = (successes: number) => ({ ...none, members, successes, withDues: members, dues: 100 * members })
  return effectOf({ treated: arm(treated), control: arm(control), waiting: 7 })
}

const told = (name: string, found: Effect): PlayReport => ({
  play: name,
  goal: 'renewed',
  effect: found,
  words: `Of ${name}.`,
})
const report: Report = {
  asOf: NOON,
  members: 9_000,
  effects: {
    ranked: [
      told('call', effect(4_000, 3_400, 3_000)),
      told('useless', effect(40_000, 32_000, 32_000)),
      told('letter', effect(10, 9, 7)),
    ],
    together: undefined,
  },
  goals: [],
}
const { app } = await testApi({ plays, reports: { read: async () => report } })

test('plays come by what they saved, then those that nobody was up for', async () => {
  const { plays: listed, ...rest } = (await app.inject('/plays')).json()
  expect(rest).toEqual({ asOf: '2026-11-23T12:00:00.000Z', members: 9_000, together: null })
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(['call', 'useless', 'letter', 'a-new'])
  expect(listed[0]).toMatchObject({ title: 'T of call', waitsFor: 'silent', effect: { verdict: { kind: 'helps' } } })
  expect(listed[3]).toMatchObject({ words: 'Nobody has been up for it yet.', effect: null })
})

test('a play that has no effect after enough members is proposed for retirement', async () => {
  expect((await app.inject('/plays/useless/uplift')).json()).toMatchObject({
    proposedForRetirement: true,
    effect: { verdict: { kind: 'no-effect-seen' } },
  })
  expect((await app.inject('/plays/letter/uplift')).json()).toMatchObject({
    proposedForRetirement: false,
    effect: { verdict: { kind: 'too-few', more: expect.any(Number) } },
  })
})

test('one play tells its uplift with interval and words', async () => {
  const answer = (await app.inject('/plays/call/uplift')).json()
  expect(answer).toMatchObject({ play: 'call', goal: 'renewed', words: 'Of call.' })
  const { saved, uplift } = answer.effect
  expect(uplift.difference.value).toBeCloseTo(0.1, 9)
  expect(saved.dues.value).toBeCloseTo(40_000, 3)
  expect(saved.dues.low).toBeGreaterThan(0)
  expect((await app.inject('/plays/none/uplift')).statusCode).toBe(404)
})

test('the same numbers are metrics, by play and arm and by nothing else', async () => {
  const metrics = createMetrics()
  measureReports(metrics, { known: () => report })
  const text = await metrics.metrics()
  expect(text).toMatch(/perennial_play_effect_ratio\{playbook="call"\} 0\.(1|09999)/)
  expect(text).toContain('perennial_play_members{playbook="call",arm="treated"} 4000')
  expect(text).toContain('perennial_play_members{playbook="call",arm="waiting"} 7')
  expect(text).toContain('perennial_play_retirement_proposed{playbook="useless"} 1')
  expect(text).toMatch(/perennial_play_effect_low_ratio\{playbook="call"\} 0\.0/)
  const labels = [...text.matchAll(/perennial_play_\w+\{([^}]*)\}/g)].map(([, found = '']) =>
    found.replaceAll(/"[^"]*"/g, ''),
  )
  expect(new Set(labels)).toEqual(new Set(['playbook=', 'playbook=,arm=']))
})
