import type { EnvReader } from '@perennial/runtime'
import { type ChatConfig, readChatConfig } from '../chat/config.ts'

/** TEAMS_WEBHOOK_URL[_FILE], TEAMS_ALLOW_PRIVATE, TEAMS_TIMEOUT, TEAMS_PER_SECOND. */
export function readTeamsConfig(from: EnvReader): ChatConfig | undefined {
  return readChatConfig(from, {
    prefix: 'TEAMS',
    example: 'https://prod-00.westeurope.logic.azure.com:443/workflows/…',
    // Microsoft throttles a webhook that is used more than four times a second.
    perSecond: 4,
  })
}
