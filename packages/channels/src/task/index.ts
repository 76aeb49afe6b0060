import type { Channel, ChannelDeps, ChannelKind } from '../channel.ts'
import { isSetUp } from './config.ts'
import { render } from './render.ts'
import { send } from './send.ts'

/** Something for a colleague to do: an entry in the alerts list, with owner and due date. Always set up. */
export const task: ChannelKind = {
  name: 'task',
  configure: () => (isSetUp() ? openTask : undefined),
}

function openTask(deps: ChannelDeps): Channel {
  return { name: 'task', send: (outreach) => send(deps, render(outreach, deps.clock.now())) }
}
