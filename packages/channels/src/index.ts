export type { Channel, ChannelDeps, ChannelKind, Outreach, SendResult } from './channel.ts'
export { CHANNELS, type Channels, configureChannels, isChannelName } from './registry.ts'
export type { MemberDescription } from './member-description.ts'
