import type { Channel, ChannelDeps, ChannelKind } from '../channel.ts'
import { isSetUp } from './config.ts'
import { render, renderNotice } from './render.ts'
import { send } from './send.ts'

/** Says what is to be done in the log of the outreach service. Always set up: the channel of last resort. */
export const log: ChannelKind = {
  name: 'log',
  configure: () => (isSetUp() ? openLog : undefined),
}

function openLog({ logger }: ChannelDeps): Channel {
  return {
    name: 'log',
    send: async (outreach) => send(logger, render(outreach)),
    tell: async (notice) => send(logger, renderNotice(notice)),
  }
}
