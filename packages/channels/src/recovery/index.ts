import type { Channel, ChannelDeps, ChannelKind } from '../channel.ts'
import { isSetUp } from './config.ts'
import { render } from './render.ts'
import { send } from './send.ts'

/** Tells who was alerted about a member that it has recovered: once, and nobody else. Always set up. */
export const recovery: ChannelKind = {
  name: 'recovery',
  configure: () => (isSetUp() ? openRecovery : undefined),
}

function openRecovery(deps: ChannelDeps): Channel {
  return { name: 'recovery', send: (outreach) => send(deps, render(outreach, deps.clock.now())) }
}
