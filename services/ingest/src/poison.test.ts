import { poisonRecords } from '@perennial/testkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { IngestHarness, NOW, visit } from './testing/harness.ts'

const UNKNOWN = 4_711
const ids = { website: 1, purchase: 4, unknown: UNKNOWN }
const poisons = poisonRecords(visit('poison'), ids)

async function harness(): Promise<IngestHarness> {
  const ingest = await IngestHarness.create()
  onTestFinished(() => ingest.stop())
  expect(ingest.ids.get('website-activity')).toBe(ids.website)
  expect(ingest.ids.get('purchase')).toBe(ids.purchase)
  return ingest
}

test.each(poisons.filter(({ outcome }) => outcome !== 'waits'))(
  '$name: $outcome, and the next record is taken in',
  async (poison) => {
    const ingest = await harness()
    const headers = { trace: Buffer.from('abc') }
    await ingest.raw('website-activity', { partition: 0, key: 'k', value: poison.value, headers })
    await ingest.produce('website-activity', visit('next'))
    await ingest.start()
    await vi.waitFor(async () => expect(await ingest.count('records_total')).toBe(2), 10_000)
    const facts = await ingest.facts()
    expect(facts.filter(({ source }) => source.offset === 1)).toHaveLength(1)
    expect(facts.filter(({ source }) => source.offset === 0)).toHaveLength(poison.outcome === 'used' ? 1 : 0)
    const dead = await ingest.dead('website-activity')
    expect(dead).toHaveLength(poison.outcome === 'dead' ? 1 : 0)
    for (const letter of dead) {
      expect(letter.value).toEqual(poison.value)
      expect(letter.key?.toString()).toBe('k')
      expect(
        Object.fromEntries(Object.entries(letter.headers ?? {}).map(([name, value]) => [name, String(value)])),
      ).toMatchObject({
        trace: 'abc',
        'perennial.errors.topic': 'website-activity.v1',
        'perennial.errors.partition': '0',
        'perennial.errors.offset': '0',
        'perennial.errors.timestamp': String(NOW),
        'perennial.errors.exception.class.name': 'Violation',
        ...(poison.field === undefined ? {} : { 'perennial.errors.violation.field': poison.field }),
      })
    }
  },
)

test('a fact from 2099 is dated now', async () => {
  const ingest = await harness()
  const future = poisons.find(({ outcome }) => outcome === 'used')
  await ingest.raw('website-activity', { partition: 0, value: future?.value ?? null })
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(1), 10_000)
  expect((await ingest.facts())[0]?.at).toBe(NOW + 300_000)
})

test('a schema that will never be there waits, until it is named as dead', async () => {
  const ingest = await harness()
  const value = poisons.find(({ outcome }) => outcome === 'waits')?.value ?? null
  await ingest.raw('website-activity', { partition: 0, value })
  await ingest.start()
  await vi.waitFor(() => expect(ingest.failures.length).toBeGreaterThan(1), { timeout: 3_000 })
  expect(await ingest.dead('website-activity')).toEqual([])
  await ingest.stop()
  await ingest.start({ deadSchemaIds: new Set([UNKNOWN]) })
  await vi.waitFor(async () => expect(await ingest.dead('website-activity')).toHaveLength(1), 10_000)
})

test('a dead letter is in the log before the position moves', async () => {
  const ingest = await harness()
  await ingest.raw('website-activity', { partition: 0, value: Buffer.from('junk') })
  let refusals = 3
  ingest.beforeAppend = () => {
    if (refusals-- > 0) throw new Error('The dead letters are full.')
  }
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.committed('website-activity')).toBe(1), { timeout: 5_000 })
  expect(ingest.failures).toHaveLength(3)
  expect(await ingest.dead('website-activity')).toHaveLength(1)
  expect(await ingest.count('dead_total')).toBe(1)
})

test('a repaired record is taken in although its broken self stands right before it', async () => {
  const ingest = await harness()
  await ingest.produce('website-activity', visit('e1', { member: { memberId: 'null' } }), visit('e1'))
  await ingest.start()
  await vi.waitFor(async () => expect(await ingest.facts()).toHaveLength(1), 10_000)
  expect(await ingest.count('deduplicated_total')).toBe(0)
})
