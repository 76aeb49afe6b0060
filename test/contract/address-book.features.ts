import type { AddressBook } from '@perennial/runtime'
import type { Mailbox } from '@perennial/streams'
import { NOON } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'

const mailbox = (changes: Partial<Mailbox> = {}): Mailbox => ({
  memberId: 'M1',
  address: 'jo@members.example',
  at: NOON,
  theirs: true,
  ...changes,
})

/** What every adapter of `AddressBook` must do. `make` answers an empty one. */
export function addressBookFeatures(name: string, make: () => AddressBook): void {
  describe(`${name} as address book`, () => {
    test('what was kept is found, under its member only', async () => {
      const book = make()
      await book.keep([mailbox(), mailbox({ memberId: 'M2', address: 'al@members.example' })])
      expect(await Promise.all(['M1', 'M2', 'M3'].map((id) => book.addressOf(id)))).toEqual([
        'jo@members.example',
        'al@members.example',
        undefined,
      ])
    })

    test('what is dated later wins, whatever the order', async () => {
      const [old, young] = [mailbox({ at: NOON - 1 }), mailbox({ address: 'new@members.example' })]
      for (const order of [[[old, young]], [[young, old]], [[young], [old]], [[old], [young], [old]]]) {
        const book = make()
        for (const batch of order) await book.keep(batch)
        expect(await book.addressOf('M1')).toBe('new@members.example')
      }
    })

    test('an address that turned out to be somebody else’s is no longer used', async () => {
      const book = make()
      await book.keep([mailbox()])
      await book.keep([mailbox({ address: 'other@members.example', at: NOON + 1, theirs: false })])
      expect(await book.addressOf('M1')).toBe('jo@members.example')
      await book.keep([mailbox({ address: 'Jo@members.example', at: NOON + 1, theirs: false })])
      expect(await book.addressOf('M1')).toBe(undefined)
      await book.keep([mailbox()])
      expect(await book.addressOf('M1')).toBe(undefined)
      await book.keep([mailbox({ at: NOON + 2 })])
      expect(await book.addressOf('M1')).toBe('jo@members.example')
    })

    test('a taking back that is older than the address changes nothing', async () => {
      const book = make()
      await book.keep([mailbox()])
      await book.keep([mailbox({ at: NOON - 1, theirs: false })])
      expect(await book.addressOf('M1')).toBe('jo@members.example')
    })

    test('nothing is left of a member who is forgotten', async () => {
      const book = make()
      await book.keep([mailbox(), mailbox({ memberId: 'M2' })])
      await book.forget('M1')
      expect([await book.addressOf('M1'), await book.addressOf('M2')]).toEqual([undefined, 'jo@members.example'])
    })

    test('many at once are kept', async () => {
      const book = make()
      await book.keep(
        Array.from({ length: 1_700 }, (_, n) => mailbox({ memberId: `M${n}`, address: `m${n}@x.example` })),
      )
      expect([await book.addressOf('M0'), await book.addressOf('M1699')]).toEqual(['m0@x.example', 'm1699@x.example'])
    })
  })
}
