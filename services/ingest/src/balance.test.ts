import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { IngestHarness, visit } from './testing/harness.ts'

const kinds = ['good', 'repeat', 'junk', 'nobody', 'tombstone', 'no-signal', 'machine'] as const

/** Appends one record of a kind, which must be what its name says. */
async function append(ingest: IngestHarness, kind: (typeof kinds)[number], i: number): Promise<void> {
  const email = {
    deliveredAt: null,
    occurredAt: visit('').occurredAt,
    sentAt: 0,
    source: 's',
    member: { memberId: 'M' },
  }
  switch (kind) {
    case 'good':
      return ingest.produce('website-activity', visit(`e${i}`))
    case 'repeat':
      return ingest.produce('website-activity', visit('same'))
    case 'junk':
      return ingest.raw('website-activity', { partition: 0, value: Buffer.from([7, i & 255]) })
    case 'nobody':
      return ingest.produce('website-activity', visit(`n${i}`, { member: {} }))
    case 'tombstone':
      return ingest.raw('website-activity', { partition: 0, value: null })
    case 'no-signal':
      return ingest.produce('email-activity', { ...email, eventId: `m${i}`, type: 'bounced' })
    case 'machine':
      return ingest.produce('email-activity', { ...email, eventId: `m${i}`, type: 'opened', machine: true })
  }
}

test('counts balance: what came in was used, repeated, dropped or set aside, whatever came and whatever failed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(6), { maxLength: 3 }),
      async (sequence, failing) => {
        const ingest = await IngestHarness.create()
        for (const [i, kind] of sequence.entries()) await append(ingest, kind, i)
        let sends = 0
        ingest.beforeAppend = () => {
          if (failing.includes(sends++)) throw new Error('The broker is away.')
        }
        await ingest.start({ badShare: 1 })
        const of = (...wanted: readonly string[]) => sequence.filter((kind) => wanted.includes(kind)).length
        const repeats = Math.max(0, of('repeat') - 1)
        try {
          await vi.waitFor(async () => expect(await ingest.count('records_total')).toBe(sequence.length), {
            timeout: 10_000,
          })
          expect(await ingest.count('applied_total')).toBe(of('good', 'machine') + of('repeat') - repeats)
          expect(await ingest.count('deduplicated_total')).toBe(repeats)
          expect(await ingest.count('dropped_total', { reason: 'tombstone' })).toBe(of('tombstone'))
          expect(await ingest.count('dropped_total', { reason: 'no-signal' })).toBe(of('no-signal'))
          expect(await ingest.count('dead_total')).toBe(of('junk', 'nobody'))
          expect(await ingest.count('low_trust_total', { rule: 'provider-flag' })).toBe(of('machine'))
          const positions = (await ingest.facts()).map(({ source }) => `${source.stream}/${source.offset}`)
          expect(new Set(positions).size).toBe(await ingest.count('applied_total'))
          const letters = (await ingest.dead('website-activity')).map(({ headers }) =>
            String(headers?.['perennial.errors.offset']),
          )
          expect(new Set(letters).size).toBe(await ingest.count('dead_total'))
        } finally {
          await ingest.stop()
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  )
}, 60_000)
