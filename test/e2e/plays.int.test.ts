import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLedger } from '@perennial/runtime'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contactFaults, contactRecord } from './harness/contacts.ts'
import { Deployment } from './harness/deployment.ts'
import { DAY_MS, paymentFailed, post, slipping, visit } from './harness/people.ts'
import type { Service } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { waitFor } from './harness/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const

/** Plays that wait for a state of the member, as somebody would write them. */
const PLAYS: Readonly<Record<string, string>> = {
  'policy.yaml': 'cap: { contacts: 9, within: 7d }\ntimeZone: UTC\n',
  'card.yaml': play(
    'card',
    'paymentFailed: {}',
    '{ name: letter, channel: webhook }, { name: call, channel: webhook, delay: 1d }',
  ),
  'answer.yaml': play('answer', 'postUnanswered: { for: 24h }', '{ name: answer, channel: webhook }'),
  'renewal.yaml': play('renewal', 'termEnd: -20d', '{ name: letter, channel: webhook }'),
}

function play(name: string, when: string, steps: string): string {
  return `name: ${name}\ntitle: T\npurpose: service\nwhen: { ${when} }\nfor: { status: [active, unknown] }\nsteps: [${steps}]\nexpiry: 10d\n`
}

/** In this order: each test finds what the one before has left. */
describe.runIf(kafkaServer() !== undefined)('plays that wait for a date, a failure, or silence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-plays-'))
  let deployment: Deployment
  let receiver: WebhookReceiver
  let dispatcher: Service | undefined

  beforeAll(async () => {
    for (const [file, text] of Object.entries(PLAYS)) writeFileSync(join(folder, file), text)
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ env: { ...receiver.env, PERENNIAL_PLAYBOOKS: folder } })
    const services = await deployment.start(...STAGES)
    dispatcher = services[2]
  }, 120_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  const received = () =>
    receiver.deliveries.map(({ body }) => `${String(body.data['memberId'])} ${String(body.data['playbook'])}`)
  const ofMember = (id: string) => createLedger(deployment.redis, deployment.platform).ofMember(id)

  test('what is so already, and what has just come about, is acted on; what is not, is not', async () => {
    const now = Date.now()
    await deployment.produce([
      slipping('due', now, 19),
      slipping('not-due', now, 60),
      slipping('card', now, 200),
      paymentFailed('card', now),
      post('asked', now - 2 * DAY_MS, 'asks'),
      post('asked-just-now', now, 'asks-now'),
    ])
    await waitFor('three contacts', () => received().length === 3, {
      explain: () => `${received().join()}\n${deployment.tails()}`,
    })
    expect(received().toSorted()).toEqual(['asks answer', 'card card', 'due renewal'])
    await settled(deployment, STAGES)
    expect(received()).toHaveLength(3)
  }, 60_000)

  test('a step for a later day waits for it', async () => {
    const waiting = (await ofMember('card')).find(({ step }) => step === 'call')
    expect((waiting?.sendAt ?? 0) - (waiting?.decidedAt ?? 0)).toBeGreaterThan(0.9 * DAY_MS)
    expect(waiting?.outcome).toBeUndefined()
  })

  test('a dispatcher that is killed leaves nobody out, and contacts nobody twice', async () => {
    const before = receiver.deliveries.length
    const ids = Array.from({ length: 30 }, (_, n) => `crash-${n}`)
    await deployment.produce(ids.map((id) => slipping(id, Date.now(), 15)))
    await waitFor('some contacts', () => receiver.deliveries.length > before)
    await dispatcher?.crash()
    await deployment.start('dispatcher')
    await waitFor('all contacts', () => receiver.deliveries.length === before + ids.length, {
      explain: () => `${receiver.deliveries.length - before}\n${deployment.tails()}`,
    })
    await deployment.produce([visit('one-more', Date.now(), { memberId: 'crash-0' })])
    await settled(deployment, STAGES)
    expect(contactFaults(await contactRecord(deployment, receiver.deliveries))).toEqual([])
  }, 90_000)

  test('plays that change while the services run are in force within seconds, and a wrong file changes nothing', async () => {
    const before = receiver.deliveries.length
    const early = play('early', 'termEnd: -65d', '{ name: letter, channel: webhook }')
    writeFileSync(join(folder, 'early.yaml'), early)
    // Nothing was heard of this member since the beginning.
    await waitFor('the contact of the new play', () => received().slice(before).includes('not-due early'), {
      explain: () => `${received().join()}\n${deployment.tails()}`,
    })
    writeFileSync(join(folder, 'early.yaml'), early.replace('expiry: 10d', 'expiry: 10'))
    await waitFor('the refusal', () => /early\.yaml:7:9: expected a duration/.test(deployment.tails()))
    await deployment.produce([slipping('late', Date.now(), 62)])
    await waitFor('a contact of the play as it was', () => received().slice(before).includes('late early'))
    expect(received().slice(before).toSorted()).toEqual(['late early', 'not-due early'])
  }, 60_000)
})
