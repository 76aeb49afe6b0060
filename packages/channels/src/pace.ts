import type { Channel, ChannelDeps, SendResult } from './channel.ts'

/** Who would have to wait longer than this for a turn gives its place to others and comes again. */
const LONGEST_WAIT_MS = 10_000

/**
 * The channel, at most `perSecond` times a second (0: as often as it is asked), evenly spaced. It holds for this
 * process: with several outreach processes, each has its share of what the receiver allows.
 */
export function paced(
  channel: Channel,
  perSecond: number,
  { clock, wait }: Pick<ChannelDeps, 'clock' | 'wait'>,
): Channel {
  if (perSecond === 0) return channel
  const gapMs = 1_000 / perSecond
  let nextAt = 0

  async function inTurn(send: () => Promise<SendResult>): Promise<SendResult> {
    const now = clock.now()
    const turn = Math.max(now, nextAt)
    if (turn - now > LONGEST_WAIT_MS)
      return { kind: 'retry', reason: 'too many are waiting for their turn', afterMs: Math.ceil(turn - now) }
    nextAt = turn + gapMs
    if (turn > now) await wait(turn - now)
    return send()
  }

  const { tell } = channel
  return {
    name: channel.name,
    send: (outreach) => inTurn(() => channel.send(outreach)),
    ...(tell === undefined ? {} : { tell: (notice) => inTurn(() => tell(notice)) }),
  }
}
