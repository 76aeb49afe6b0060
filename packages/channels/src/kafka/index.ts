import type { Channel, ChannelDeps, ChannelKind } from '../channel.ts'
import { isSetUp, TIMEOUT_MS } from './config.ts'
import { render } from './render.ts'
import { send } from './send.ts'

/** Appends to `outreach-request.v1`, for whoever sends in the association's name. Always set up. */
export const kafka: ChannelKind = {
  name: 'kafka',
  configure: () => (isSetUp() ? (deps) => openKafka(deps, TIMEOUT_MS) : undefined),
}

export function openKafka({ requests, clock }: ChannelDeps, timeoutMs: number): Channel {
  return { name: 'kafka', send: (outreach) => send(requests, render(outreach, clock.now()), timeoutMs) }
}
