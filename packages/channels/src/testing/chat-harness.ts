import { EnvReader } from '@perennial/runtime'
import type { ChannelKind } from '../channel.ts'
import type { ChannelHarness, MakeOptions } from './channel-features.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { sampleOutreach } from './sample-outreach.ts'

/** A chat on a receiver of its own: what `channelFeatures` needs, and how to put it away. */
export function chatHarness(kind: ChannelKind, prefix: 'SLACK' | 'TEAMS') {
  const open: Receiver[] = []
  const start = async ({
    deps,
    perSecond,
    timeoutMs,
  }: MakeOptions): Promise<ChannelHarness & { receiver: Receiver }> => {
    const receiver = await startReceiver()
    open.push(receiver)
    const from = new EnvReader({
      [`${prefix}_WEBHOOK_URL`]: receiver.url.href,
      [`${prefix}_ALLOW_PRIVATE`]: 'true',
      [`${prefix}_TIMEOUT`]: String(timeoutMs / 1_000),
      [`${prefix}_PER_SECOND`]: String(perSecond),
    })
    const channel = kind.configure(from)?.(deps)
    if (channel === undefined) throw new Error(from.problems.join('\n'))
    return {
      channel,
      receiver,
      // There is no header for it: whoever reads the room recognises a second copy by the id under it.
      seen: () =>
        receiver.received.map(({ body }) => ({
          id: body.includes(sampleOutreach.id) ? sampleOutreach.id : '',
          payload: body,
        })),
      behave: receiver.behave,
      secrets: [receiver.url.pathname, receiver.url.port],
    }
  }
  const stop = async () => {
    for (const receiver of open.splice(0)) await receiver.close()
  }
  return { start, stop }
}
