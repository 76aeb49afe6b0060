import type { EnvReader } from '@perennial/runtime'
import type { Endpoint } from '../http/endpoint.ts'
import { isPrivateHost } from '../http/public-address.ts'

export type WebhookConfig = Endpoint &
  Readonly<{
    /** Keys of the HMAC, the first being the newest; two while they are rotated. */
    secrets: readonly Buffer[]
    /** 0: as many as come. */
    perSecond: number
  }>

/** As Standard Webhooks 1.0.0 has it: 24 to 64 random bytes. */
const SECRET_BYTES = { least: 24, most: 64 }
/** Names that lead to this machine wherever they are asked. Others are looked up when something is sent. */
const LOCAL = /^(.*\.)?localhost$/
const EXAMPLE_SECRET = 'whsec_<base64 of 24 to 64 random bytes>'

/**
 * WEBHOOK_URL (undefined: no webhook), WEBHOOK_SECRET or WEBHOOK_SECRET_FILE (required with it; two, separated by a
 * comma, while they are rotated), WEBHOOK_ALLOW_PRIVATE (false), WEBHOOK_TIMEOUT in seconds (15),
 * WEBHOOK_PER_SECOND (0: as many as come).
 */
export function readWebhookConfig(from: EnvReader): WebhookConfig | undefined {
  const given = from.url('WEBHOOK_URL', '', { protocols: ['https:', 'http:'], example: 'https://example.org/hooks' })
  const url = URL.parse(given)
  const secrets = readSecrets(from, url !== null)
  const allowPrivate = from.flag('WEBHOOK_ALLOW_PRIVATE', false)
  const timeoutMs = from.number('WEBHOOK_TIMEOUT', 15, { min: 0.1, max: 30 }) * 1_000
  const perSecond = from.number('WEBHOOK_PER_SECOND', 0, { min: 0, max: 10_000 })
  if (url === null) return undefined
  if (url.username !== '' || url.password !== '')
    from.problems.push(
      'WEBHOOK_URL holds a user or password: they would end up in logs. The signature says who we are.',
    )
  if (!allowPrivate && (isPrivateHost(url.hostname) || LOCAL.test(url.hostname)))
    from.problems.push(
      `WEBHOOK_URL leads to ${url.hostname}, which is private: nothing would be sent there. If that is meant, as for a first try on this machine: WEBHOOK_ALLOW_PRIVATE=true`,
    )
  return { url, secrets, allowPrivate, timeoutMs, perSecond, allowedBy: 'WEBHOOK_ALLOW_PRIVATE' }
}

function readSecrets(from: EnvReader, needed: boolean): Buffer[] {
  const given =
    from
      .secret('WEBHOOK_SECRET')
      ?.split(/[\s,]+/)
      .filter((part) => part !== '') ?? []
  if (needed && given.length === 0)
    from.problems.push(
      `WEBHOOK_SECRET is missing: WEBHOOK_URL is set, and webhooks are signed. Example: WEBHOOK_SECRET=${EXAMPLE_SECRET}`,
    )
  if (given.length > 2)
    from.problems.push('WEBHOOK_SECRET holds more than two secrets: a new and an old one is all it takes.')
  const keys = given.map(keyOf)
  if (keys.includes(undefined))
    from.problems.push(`WEBHOOK_SECRET is not in the right form. Example: WEBHOOK_SECRET=${EXAMPLE_SECRET}`)
  return keys.filter((key) => key !== undefined)
}

/** The value is never quoted: it may be nearly right. */
function keyOf(secret: string): Buffer | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/_-]+={0,2})$/.exec(secret) ?? []
  if (base64 === undefined) return undefined
  const key = Buffer.from(base64, 'base64')
  return key.length >= SECRET_BYTES.least && key.length <= SECRET_BYTES.most ? key : undefined
}
