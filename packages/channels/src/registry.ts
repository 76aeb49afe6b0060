import type { EnvReader } from '@perennial/runtime'
import type { Channel, ChannelDeps, ChannelKind } from './channel.ts'
import { email } from './email/index.ts'
import { kafka } from './kafka/index.ts'
import { log } from './log/index.ts'
import { task } from './task/index.ts'
import { recovery } from './recovery/index.ts'
import { slack } from './slack/index.ts'
import { teams } from './teams/index.ts'
import { webhook } from './webhook/index.ts'

/** Every kind of channel, one line each. */
export const CHANNELS = [
  log,
  task,
  recovery,
  kafka,
  webhook,
  slack,
  teams,
  email,
] as const satisfies readonly ChannelKind[]

/** The channels that are set up, by name. */
export type Channels = ReadonlyMap<string, Channel>

/** Reads the settings of every channel; what it answers opens those that are set up. */
export function configureChannels(from: EnvReader): (deps: ChannelDeps) => Channels {
  const openers = CHANNELS.map(({ name, configure }) => ({ name, open: configure(from) }))
  return (deps) =>
    new Map(openers.flatMap(({ name, open }) => (open === undefined ? [] : [[name, open(deps)] as const])))
}

export function isChannelName(name: string): boolean {
  return CHANNELS.some((kind) => kind.name === name)
}

/** Whether it sends the words of a template to the member. */
export function isTemplated(name: string): boolean {
  const kinds: readonly ChannelKind[] = CHANNELS
  return kinds.some((kind) => kind.name === name && kind.templated === true)
}
