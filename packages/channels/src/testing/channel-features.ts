import type { SettableClock } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import type { Channel, ChannelDeps } from '../channel.ts'
import { sampleOutreach } from './sample-outreach.ts'
import { testDeps } from './test-deps.ts'

/** What a receiver saw of one attempt. */
export type Seen = Readonly<{ id: string; payload: string }>

/** How a receiver can behave. `tells` refuses with a member's name and address in what it says. */
export type Behaviour =
  | Readonly<{ kind: 'accept' | 'refuse-for-good' | 'busy' | 'silent' | 'hang-up' | 'no-answer-body-end' | 'tells' }>
  | Readonly<{ kind: 'busy-for'; seconds: number }>

/** What a receiver says that tells: none of it may show in a reason. */
export const TOLD = 'Jo Doe <jo.doe@members.example>'

export type ChannelHarness = Readonly<{
  channel: Channel
  seen: () => readonly Seen[] | Promise<readonly Seen[]>
  /** Undefined: there is nobody at the other end who could misbehave. */
  behave?: (behaviour: Behaviour) => void
  /** What a receiver of this kind cannot do. */
  unknown?: readonly Behaviour['kind'][]
  /** Texts that are secret, such as an address that lets anybody send. */
  secrets?: readonly string[]
}>

/** How a channel is to be opened. `perSecond` is 0, no limit, but for the test of the limit. */
export type MakeOptions = Readonly<{
  deps: ChannelDeps & { clock: SettableClock }
  perSecond: number
  /** Of an attempt: long where the receiver answers, so that a slow machine fails no test. */
  timeoutMs: number
}>

export const LONG_MS = 20_000
const SHORT_MS = 300

export type FeatureOptions = Readonly<{
  /** False: the channel has no limit of its own. */
  limited?: boolean
}>

const AGAIN = { kind: 'retry', reason: expect.any(String) }

const MISBEHAVIOURS: [string, Behaviour, unknown][] = [
  ['a busy receiver is worth another try', { kind: 'busy' }, AGAIN],
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
export function channelFeatures(
  name: string,
  make: (options: MakeOptions) => Promise<ChannelHarness>,
  { limited = true }: FeatureOptions = {},
): void {
  const start = async ({ perSecond = 0, timeoutMs = LONG_MS } = {}) => {
    const deps = testDeps()
    return { ...(await make({ deps, perSecond, timeoutMs })), clock: deps.clock }
  }

  describe(`channel: ${name}`, () => {
    test('a contact arrives once an attempt, under the same id each time', async () => {
      const { channel, seen } = await start()
      expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
      expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
      const [first, second, ...more] = await seen()
      expect([first?.id, second?.id, more]).toEqual([sampleOutreach.id, sampleOutreach.id, []])
      expect(first?.payload).toBe(second?.payload)
    })

    test('what is sent says which member by id, and for which play', async () => {
      const { channel, seen } = await start()
      await channel.send(sampleOutreach)
      const [first] = await seen()
      expect(first?.payload).toContain('M-17')
      expect(first?.payload).toContain('re-engagement-trigger')
    })

    test.each(MISBEHAVIOURS)('%s', async (_, behaviour, expected) => {
      const timeoutMs = behaviour.kind === 'silent' ? SHORT_MS : LONG_MS
      const { channel, behave, unknown = [] } = await start({ timeoutMs })
      behave?.(behaviour)
      const result = await channel.send(sampleOutreach)
      const able = behave !== undefined && !unknown.includes(behaviour.kind)
      expect(result).toEqual(able ? expected : { kind: 'delivered' })
    })

    test('after a failed attempt the same thing goes out again', async () => {
      const { channel, behave, seen } = await start()
      behave?.({ kind: 'busy' })
      await channel.send(sampleOutreach)
      behave?.({ kind: 'accept' })
      expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
      expect(new Set((await seen()).map(({ id, payload }) => `${id} ${payload}`)).size).toBe(1)
    })

    test('no reason holds personal data or a secret, whatever the receiver says', async () => {
      const { channel, behave, secrets = [] } = await start({ timeoutMs: SHORT_MS })
      for (const kind of ['tells', 'busy', 'refuse-for-good', 'silent'] as const) {
        behave?.({ kind })
        const result = JSON.stringify(await channel.send(sampleOutreach))
        for (const word of [...TOLD.split(/[ <>]+/), '@', ...secrets].filter((text) => text !== ''))
          expect(result).not.toContain(word)
      }
    })

    if (limited) paceFeature(start)
  })
}

type Start = (options: Readonly<{ perSecond: number }>) => Promise<ChannelHarness & Readonly<{ clock: SettableClock }>>

/** Of a channel that has a limit: not registered, rather than skipped, for one that has none. */
function paceFeature(start: Start): void {
  test('no more go out in a second than were asked for', async () => {
    const { channel, seen, clock } = await start({ perSecond: 2 })
    const begun = clock.now()
    for (let n = 0; n < 5; n += 1) await channel.send(sampleOutreach)
    expect(await seen()).toHaveLength(5)
    expect(clock.now() - begun).toBe(2_000)
  })
}
