import type { EnvReader } from '@perennial/runtime'
import { type ChatConfig, readChatConfig } from '../chat/config.ts'

/** SLACK_WEBHOOK_URL[_FILE], SLACK_ALLOW_PRIVATE, SLACK_TIMEOUT, SLACK_PER_SECOND. */
export function readSlackConfig(from: EnvReader): ChatConfig | undefined {
  return readChatConfig(from, {
    prefix: 'SLACK',
    example: 'https://hooks.slack.com/services/T000/B000/XXXX',
    // https://api.slack.com/apis/rate-limits: incoming webhooks, 1 per second.
    perSecond: 1,
  })
}
