import { describe, expect, test } from 'vitest'
import type { ContactCap, ContactRef, Contacts } from '@perennial/runtime'
import { NOON, sampleContact } from '@perennial/testkit'

const DAY = 86_400_000
const ONE_A_WEEK: ContactCap = { contacts: 1, withinMs: 7 * DAY }

/** What every adapter of `Contacts` must do. `make` answers one with nothing on record. */
export function contactsFeatures(name: string, make: () => Contacts): void {
  describe(`${name} as contacts`, () => {
    const ref = sampleContact()
    const other = sampleContact({ playbook: 'other' })
    const by = (
      interventionId: string,
      changes: Partial<{ ref: ContactRef; plannedAt: number; caps: ContactCap[] }> = {},
    ) => ({
      ref,
      interventionId,
      plannedAt: NOON,
      caps: [ONE_A_WEEK],
      ...changes,
    })

    test('a key is taken once, and whoever holds it is told so', async () => {
      const contacts = make()
      expect(await contacts.reserve([by('i-1'), by('i-2'), by('i-1')])).toEqual([
        { kind: 'reserved', attempt: 0 },
        { kind: 'taken' },
        { kind: 'mine', attempt: 0 },
      ])
      expect(await contacts.view([ref, other])).toEqual([
        { contact: { state: 'pending', interventionId: 'i-1', attempt: 0, at: NOON }, others: [] },
        { contact: undefined, others: [NOON] },
      ])
    })

    test('of many who ask at once, one gets the key', async () => {
      const contacts = make()
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => contacts.reserve([by(`i-${n}`)])))
      expect(answers.flat().filter(({ kind }) => kind === 'reserved')).toHaveLength(1)
    })

    test('of many contacts asked for at once, no more than the cap are let through', async () => {
      const contacts = make()
      const two = [{ contacts: 2, withinMs: DAY }]
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          contacts.reserve([by(`i-${n}`, { ref: sampleContact({ playbook: `p${n}` }), caps: two })]),
        ),
      )
      expect(answers.flat().filter(({ kind }) => kind === 'reserved')).toHaveLength(2)
      expect(answers.flat().filter(({ kind }) => kind === 'capped')).toHaveLength(18)
    })

    test('the cap looks both ways, up to the very millisecond', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1')])
      const at = async (plannedAt: number) => (await contacts.reserve([by('i-2', { ref: other, plannedAt })]))[0]?.kind
      expect(await at(NOON + 7 * DAY - 1)).toBe('capped')
      expect(await at(NOON - 7 * DAY + 1)).toBe('capped')
      expect(await at(NOON + 7 * DAY)).toBe('reserved')
    })

    test('colleagues are counted apart from members, and every member alone', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1')])
      const [team, stranger] = await contacts.reserve([
        by('i-2', { ref: sampleContact({ playbook: 'alert', audience: 'team' }) }),
        by('i-3', { ref: sampleContact({ memberId: 'M2' }) }),
      ])
      expect([team?.kind, stranger?.kind]).toEqual(['reserved', 'reserved'])
    })

    test('sending: begun, then sent for good', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1')])
      expect(await contacts.begin(by('i-1'), NOON + 5)).toBe('begun')
      expect(await contacts.begin(by('i-1'), NOON + 9)).toBe('begun')
      expect((await contacts.view([other]))[0]?.others).toEqual([NOON + 9])
      expect(await contacts.settle(ref, 'i-1', 'sent')).toBe('sent')
      expect(await contacts.begin(by('i-1'), NOON + 10)).toBe('sent')
      expect(await contacts.settle(ref, 'i-1', 'superseded')).toBe('sent')
      expect(await contacts.settle(ref, 'i-1', 'failed')).toBe('sent')
    })

    test('a contact that came to nothing frees its key and its place under the cap', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1')])
      expect(await contacts.settle(ref, 'i-1', 'superseded')).toBe('superseded')
      expect(await contacts.begin(by('i-1'), NOON)).toBe('gone')
      expect(await contacts.reserve([by('i-2', { ref: other })])).toEqual([{ kind: 'reserved', attempt: 0 }])
      expect(await contacts.reserve([by('i-3', { caps: [] })])).toEqual([{ kind: 'reserved', attempt: 1 }])
      expect(await contacts.settle(ref, 'i-1', 'failed')).toBe('gone')
    })

    test('after an attempt nothing comes free: it may have arrived', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1')])
      await contacts.begin(by('i-1'), NOON)
      expect(await contacts.settle(ref, 'i-1', 'superseded')).toBe('failed')
      expect((await contacts.reserve([by('i-2')]))[0]).toEqual({ kind: 'taken' })
      expect((await contacts.reserve([by('i-3', { ref: other })]))[0]).toEqual({ kind: 'capped' })
    })

    test('a failed contact can be begun again by the one who holds it', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1')])
      expect(await contacts.settle(ref, 'i-1', 'failed')).toBe('failed')
      expect(await contacts.begin(by('i-2'), NOON)).toBe('gone')
      expect(await contacts.begin(by('i-1'), NOON)).toBe('begun')
    })

    test('the cap holds at the moment of sending too, when a contact goes out later than planned', async () => {
      const contacts = make()
      await contacts.reserve([by('i-1'), by('i-2', { ref: other, plannedAt: NOON + 7 * DAY })])
      expect(await contacts.begin(by('i-1'), NOON + 1)).toBe('capped')
      expect(await contacts.begin(by('i-1'), NOON)).toBe('begun')
    })

    test('what nobody reserved cannot be begun or settled', async () => {
      const contacts = make()
      expect(await contacts.begin(by('i-1'), NOON)).toBe('gone')
      expect(await contacts.settle(ref, 'i-1', 'sent')).toBe('gone')
    })
  })
}
