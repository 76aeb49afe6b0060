import { type Alert, alertOf } from '../alert.ts'
import type { Channel, ChannelDeps, Notice, Outreach, SendResult } from '../channel.ts'
import { paced } from '../pace.ts'
import type { ChatConfig } from './config.ts'
import { send } from './send.ts'

type Chat = Readonly<{ name: string; render(alert: Alert): string; renderNotice(notice: Notice): string }>

/** A room of colleagues as a channel. */
export function openChat({ name, render, renderNotice }: Chat, config: ChatConfig, deps: ChannelDeps): Channel {
  const channel: Channel = {
    name,
    async send(outreach: Outreach): Promise<SendResult> {
      const alert = alertOf(outreach, await deps.describe(outreach.memberId), config.memberUrl)
      return send(config, render(alert), deps.clock.now())
    },
    tell: (notice) => send(config, renderNotice(notice), deps.clock.now()),
  }
  return paced(channel, config.perSecond, deps)
}
