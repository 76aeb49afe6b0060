import type { ChannelKind } from '../channel.ts'
import { openChat } from '../chat/open.ts'
import { readTeamsConfig } from './config.ts'
import { render, renderNotice } from './render.ts'

/** Tells colleagues in a channel of Microsoft Teams, by a Workflows webhook. Set up by TEAMS_WEBHOOK_URL. */
export const teams: ChannelKind = {
  name: 'teams',
  configure(from) {
    const config = readTeamsConfig(from)
    return config && ((deps) => openChat({ name: 'teams', render, renderNotice }, config, deps))
  },
}
