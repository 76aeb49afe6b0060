import type { ChannelKind } from '../channel.ts'
import { openChat } from '../chat/open.ts'
import { readSlackConfig } from './config.ts'
import { render, renderNotice } from './render.ts'

/** Tells colleagues in a room of Slack, by an incoming webhook. Set up by SLACK_WEBHOOK_URL. */
export const slack: ChannelKind = {
  name: 'slack',
  configure(from) {
    const config = readSlackConfig(from)
    return config && ((deps) => openChat({ name: 'slack', render, renderNotice }, config, deps))
  },
}
