import { BUCKETS, histogram } from '@perennial/runtime'
import type { Channel, ChannelDeps, ChannelKind, SendResult } from '../channel.ts'
import { paced } from '../pace.ts'
import { readWebhookConfig, type WebhookConfig } from './config.ts'
import { render, renderNotice } from './render.ts'
import { GONE, send } from './send.ts'

/** Posts a signed trigger to marketing automation: Standard Webhooks 1.0.0. Set up by WEBHOOK_URL. */
export const webhook: ChannelKind = {
  name: 'webhook',
  configure(from) {
    const config = readWebhookConfig(from)
    return config && ((deps) => openWebhook(config, deps))
  },
}

export function openWebhook(config: WebhookConfig, deps: ChannelDeps): Channel {
  const { logger, clock, metrics } = deps
  const seconds = histogram(metrics, {
    name: 'perennial_outreach_webhook_duration_seconds',
    help: 'Time of one webhook attempt.',
    buckets: BUCKETS.work,
    labels: ['status'],
  })
  let gone = false

  async function post(id: string, body: string): Promise<SendResult> {
    if (gone) return { kind: 'failed', reason: 'the endpoint said it is gone for good (410)' }
    const started = performance.now()
    const { status, ...result } = await send(config, { id, body, now: clock.now() })
    seconds.observe(
      { status: status === undefined ? 'none' : `${Math.floor(status / 100)}xx` },
      (performance.now() - started) / 1_000,
    )
    if (status === GONE) {
      gone = true
      logger.error(
        { host: config.url.host },
        'The webhook endpoint is gone (410). Nothing more is sent to it until a restart: check WEBHOOK_URL.',
      )
    }
    return result
  }

  const channel: Channel = {
    name: 'webhook',
    send: (outreach) => post(outreach.id, render(outreach)),
    tell: (notice) => post(notice.id, renderNotice(notice)),
  }
  return paced(channel, config.perSecond, deps)
}
