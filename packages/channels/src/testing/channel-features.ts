import { describe, expect, test } from 'vitest'
import type { Channel } from '../channel.ts'
import { sampleOutreach } from './sample-outreach.ts'

/** What a receiver saw of one attempt. */
export type Seen = Readonly<{ id: string; payload: string }>

/** How a receiver can behave. */
export type Behaviour =
  | Readonly<{ kind: 'accept' | 'refuse-for-good' | 'busy' | 'silent' | 'hang-up' | 'no-answer-body-end' }>
  | Readonly<{ kind: 'busy-for'; seconds: number }>

export type ChannelHarness = Readonly<{
  channel: Channel
  seen: () => readonly Seen[]
  /** Undefined: there is nobody at the other end who could misbehave. */
  behave?: (behaviour: Behaviour) => void
}>

const MISBEHAVIOURS: [string, Behaviour, unknown][] = [
  ['a busy receiver is worth another try', { kind: 'busy' }, { kind: 'retry', reason: expect.any(String) }],
  [
    'a receiver that says when is given that time',
    { kind: 'busy-for', seconds: 120 },
    { kind: 'retry', reason: expect.any(String), afterMs: 120_000 },
  ],
  [
    'a receiver that says never is believed',
    { kind: 'refuse-for-good' },
    { kind: 'failed', reason: expect.any(String) },
  ],
  [
    'silence ends in a time-out, and is worth another try',
    { kind: 'silent' },
    { kind: 'retry', reason: expect.stringContaining('did not answer') },
  ],
  [
    'a broken connection is worth another try',
    { kind: 'hang-up' },
    { kind: 'retry', reason: expect.stringContaining('could not be reached') },
  ],
  ['an answer without an end counts by its status', { kind: 'no-answer-body-end' }, { kind: 'delivered' }],
]

/** What every channel must do. `make` answers a channel and its receiver, which accepts. */
export function channelFeatures(name: string, make: () => Promise<ChannelHarness>): void {
  describe(`channel: ${name}`, () => {
    test('a contact arrives once an attempt, under the same id each time', async () => {
      const { channel, seen } = await make()
      expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
      expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
      expect(seen().map(({ id }) => id)).toEqual([sampleOutreach.id, sampleOutreach.id])
      expect(seen()[0]?.payload).toBe(seen()[1]?.payload)
    })

    test('what is sent says which member by id, and for which play', async () => {
      const { channel, seen } = await make()
      await channel.send(sampleOutreach)
      expect(seen()[0]?.payload).toContain('M-17')
      expect(seen()[0]?.payload).toContain('re-engagement-trigger')
    })

    test.each(MISBEHAVIOURS)('%s', async (_, behaviour, expected) => {
      const { channel, behave } = await make()
      behave?.(behaviour)
      const result = await channel.send(sampleOutreach)
      expect(result).toEqual(behave === undefined ? { kind: 'delivered' } : expected)
    })
  })
}
