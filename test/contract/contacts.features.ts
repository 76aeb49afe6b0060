import { describe, expect, test } from 'vitest'
import type { ContactCap, ContactRef, Contacts, ContactTraits } from '@perennial/runtime'
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
      changes: Partial<{ ref: ContactRef; plannedAt: number; traits: ContactTraits; caps: ContactCap[] }> = {},
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
        { contact: undefined, others: [{ at: NOON, playbook: 'win-back', step: 'mail', pending: true }] },
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
      expect((await contacts.view([other]))[0]?.others).toMatchObject([{ at: NOON + 9, pending: false }])
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

    describe('a cap of one purpose, channel or step', () => {
      const mail = { purpose: 'marketing', channel: 'email' }
      const reserveBoth = async (first: ContactTraits | undefined, cap: Partial<ContactCap>) => {
        const contacts = make()
        await contacts.reserve([{ ...by('i-1', { caps: [] }), traits: first }])
        const second = by('i-2', { ref: other, plannedAt: NOON + DAY, traits: mail, caps: [{ ...ONE_A_WEEK, ...cap }] })
        return (await contacts.reserve([second]))[0]?.kind
      }

      test.each<[string, ContactTraits | undefined, Partial<ContactCap>, string]>([
        ['counts those of the purpose', mail, { purpose: 'marketing' }, 'capped'],
        ['and no others', { ...mail, purpose: 'service' }, { purpose: 'marketing' }, 'reserved'],
        ['counts those through the channel', mail, { channel: 'email' }, 'capped'],
        ['and no other channel', { ...mail, channel: 'webhook' }, { channel: 'email' }, 'reserved'],
        ['counts what is not known', undefined, { channel: 'email', purpose: 'marketing' }, 'capped'],
        ['counts a step, whatever the term', mail, { step: { playbook: 'win-back', step: 'mail' } }, 'capped'],
        ['and no other step', mail, { step: { playbook: 'win-back', step: 'ail' } }, 'reserved'],
      ])('%s', async (_, first, cap, expected) => {
        expect(await reserveBoth(first, cap)).toBe(expected)
      })
    })

    describe('where there is no room, priority decides', () => {
      const traits = (priority?: number) => ({
        purpose: 'service',
        channel: 'email',
        ...(priority !== undefined && { priority }),
      })
      const low = by('i-1', { plannedAt: NOON + DAY, traits: traits(10) })
      const high = by('i-2', { ref: other, traits: traits(20) })

      test('what waits gives way to what is weightier, and its key is free for another time', async () => {
        const contacts = make()
        await contacts.reserve([low])
        expect(await contacts.reserve([high])).toEqual([{ kind: 'reserved', attempt: 0 }])
        const [view] = await contacts.view([ref])
        expect(view).toMatchObject({ contact: { state: 'displaced', interventionId: 'i-1' }, others: [{ at: NOON }] })
        expect(await contacts.begin(low, NOON + DAY)).toBe('gone')
        expect(await contacts.settle(ref, 'i-1', 'superseded')).toBe('displaced')
        expect(await contacts.reserve([{ ...low, plannedAt: NOON + 8 * DAY }])).toEqual([
          { kind: 'reserved', attempt: 1 },
        ])
      })

      test.each([
        ['of the same priority', 10],
        ['of a lower one', 9],
        ['of which none is known', undefined],
      ])('it stays where it is before one %s', async (_, priority) => {
        const contacts = make()
        await contacts.reserve([low])
        expect(await contacts.reserve([{ ...high, traits: traits(priority) }])).toEqual([{ kind: 'capped' }])
        expect((await contacts.view([ref]))[0]?.contact?.state).toBe('pending')
      })

      test('what has gone out, or may have, gives way to nothing', async () => {
        const contacts = make()
        await contacts.reserve([low])
        await contacts.begin(low, NOON + DAY)
        expect(await contacts.reserve([high])).toEqual([{ kind: 'capped' }])
        await contacts.settle(ref, 'i-1', 'sent')
        expect(await contacts.reserve([high])).toEqual([{ kind: 'capped' }])
      })

      test('what is weightier and goes out later than planned takes the place at that moment', async () => {
        const contacts = make()
        await contacts.reserve([{ ...low, plannedAt: NOON + 8 * DAY }, high])
        expect(await contacts.begin(high, NOON + 2 * DAY)).toBe('begun')
        expect((await contacts.view([ref]))[0]?.contact?.state).toBe('displaced')
      })

      test('no more give way than must, the weakest and latest first, and none where it would not help', async () => {
        const contacts = make()
        const place = (playbook: string, plannedAt: number, priority: number) =>
          by(`i-${playbook}`, { ref: sampleContact({ playbook }), plannedAt, traits: traits(priority), caps: [] })
        await contacts.reserve([
          place('a', NOON + DAY, 10),
          place('b', NOON + 2 * DAY, 5),
          place('c', NOON + 3 * DAY, 5),
        ])
        const two = [
          { contacts: 2, withinMs: 7 * DAY },
          { contacts: 3, withinMs: 30 * DAY },
        ]
        expect((await contacts.reserve([{ ...high, caps: two }]))[0]?.kind).toBe('reserved')
        const views = await contacts.view(['a', 'b', 'c'].map((playbook) => sampleContact({ playbook })))
        expect(views.map(({ contact }) => contact?.state)).toEqual(['pending', 'displaced', 'displaced'])
        await contacts.reserve([place('d', NOON + 9 * DAY, 1)])
        const third = by('i-9', {
          ref: sampleContact({ playbook: 'e' }),
          traits: traits(15),
          caps: [{ contacts: 1, withinMs: 8 * DAY }],
        })
        // The weightier of yesterday stands in the way: nothing is gained by sending d away.
        expect(await contacts.reserve([{ ...third, plannedAt: NOON + 5 * DAY }])).toEqual([{ kind: 'capped' }])
        expect((await contacts.view([sampleContact({ playbook: 'd' })]))[0]?.contact?.state).toBe('pending')
      })
    })

    test('one that does not count is in nobody’s way, planned or sent', async () => {
      const contacts = make()
      const uncounted = { ...by('i-1', { caps: [] }), counted: false }
      await contacts.reserve([uncounted])
      expect((await contacts.view([other]))[0]?.others).toEqual([])
      expect((await contacts.reserve([by('i-2', { ref: other })]))[0]?.kind).toBe('reserved')
      expect(await contacts.begin(uncounted, NOON)).toBe('begun')
      expect((await contacts.view([other]))[0]?.others).toEqual([])
    })

    test('what nobody reserved cannot be begun or settled', async () => {
      const contacts = make()
      expect(await contacts.begin(by('i-1'), NOON)).toBe('gone')
      expect(await contacts.settle(ref, 'i-1', 'sent')).toBe('gone')
    })

    test('of a member who is forgotten no contact is left, with any audience', async () => {
      const contacts = make()
      const refs = [
        sampleContact(),
        sampleContact({ playbook: 'other', audience: 'member' }),
        sampleContact({ memberId: 'M2' }),
      ]
      await contacts.reserve(refs.map((ref) => ({ ref, interventionId: 'i-1', plannedAt: NOON, caps: [] })))
      expect((await contacts.ofMember('M1')).length).toBe(2)
      expect(await contacts.forget('M1')).toBe(2)
      expect(await contacts.ofMember('M1')).toEqual([])
      expect((await contacts.view(refs)).map(({ contact, others }) => [contact?.state, others])).toEqual([
        [undefined, []],
        [undefined, []],
        ['pending', []],
      ])
    })
  })
}
