import { parseFiles } from '@perennial/playbooks'
import { fingerprint } from '@perennial/runtime'
import { NOON, sampleContact, sampleRisk } from '@perennial/testkit'
import { beforeEach, expect, test } from 'vitest'
import { setUp, simplePlay } from './dispatch.fixture.ts'
import { dispatch } from './dispatch.ts'

let it = setUp()
beforeEach(() => {
  it = setUp()
})

const alertPlay = {
  file: 'alert.yaml',
  text: 'name: alert\ntitle: T\npurpose: internal\nwhen: { bandEntered: [high] }\nfor: { status: [active] }\nsteps: [{ name: s, channel: task, owner: { byChapter: { Berlin: kim }, otherwise: ops } }]\nexpiry: 7d\n',
}
const withPolicy = (lines: string) => ({
  file: 'policy.yaml',
  text: `cap: { contacts: 9, within: 7d }\ntimeZone: UTC\n${lines}\n`,
})
const members = (...worths: number[]) => worths.map((valueAtRisk, n) => sampleRisk({ memberId: `M${n}`, valueAtRisk }))

test('an owner gets the alerts with most at stake, and the rest is kept for the digest', async () => {
  it = setUp(parseFiles([alertPlay, withPolicy('alertBudget: { perDay: 2 }')], fingerprint).plays)
  for (const id of ['M0', 'M1', 'M2', 'M3']) it.rows.set(id, id === 'M3' ? { chapter: 'Berlin' } : {})
  await dispatch(it.deps, 0, members(10, 40, 30, 1))
  expect(it.deps.ledger.all().map(({ memberId, owner, reason }) => `${memberId} ${owner} ${reason ?? 'send'}`)).toEqual(
    ['M0 ops alert-budget', 'M1 ops send', 'M2 ops send', 'M3 kim send'],
  )
  expect(it.deps.queue.jobs()).toHaveLength(3)
  expect(await it.deps.heldAlerts.list({ owner: 'ops', since: NOON, until: NOON + 1 })).toMatchObject([
    { memberId: 'M0', playbook: 'alert', valueAtRisk: 10 },
  ])
  // Its key is free: the next cause is another chance.
  expect(
    (
      await it.deps.contacts.view([sampleContact({ memberId: 'M0', playbook: 'alert', step: 's', audience: 'team' })])
    )[0]?.contact?.state,
  ).toBe('superseded')
})

test('a play that has reached its limit is stopped, over all members', async () => {
  it = setUp(parseFiles([simplePlay('a', 'limit: { contacts: 2, within: 1h }\n')], fingerprint).plays)
  for (const id of ['M0', 'M1', 'M2']) it.rows.set(id, {})
  await dispatch(it.deps, 0, members(1, 1, 1))
  expect(it.decisions()).toEqual(['a: send', 'a: send', 'a: play-limit'])
  expect(it.deps.ledger.all()[2]?.answers.find(({ gate }) => gate === 'play-limit')).toMatchObject({ answer: 'hold' })
})
