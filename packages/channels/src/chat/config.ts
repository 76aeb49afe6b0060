import type { EnvReader } from '@perennial/runtime'
import type { Endpoint } from '../http/endpoint.ts'

/** A room of colleagues that is reached by an address which lets anybody post there: it is a secret. */
export type ChatConfig = Endpoint &
  Readonly<{
    /** 0: as many as come. */
    perSecond: number
    /** Address of a member's page, with `{memberId}` in the place of the number. */
    memberUrl: string | undefined
  }>

type Rules = Readonly<{
  /** What the names of the settings begin with. */
  prefix: 'SLACK' | 'TEAMS'
  example: string
  /** What the receiver allows. */
  perSecond: number
}>

/**
 * <PREFIX>_WEBHOOK_URL or <PREFIX>_WEBHOOK_URL_FILE (undefined: not set up here), <PREFIX>_ALLOW_PRIVATE (false),
 * <PREFIX>_TIMEOUT in seconds (15), <PREFIX>_PER_SECOND, and MEMBER_URL.
 */
export function readChatConfig(from: EnvReader, { prefix, example, perSecond: usual }: Rules): ChatConfig | undefined {
  const name = `${prefix}_WEBHOOK_URL`
  const given = from.secret(name)
  const allowPrivate = from.flag(`${prefix}_ALLOW_PRIVATE`, false)
  const timeoutMs = from.number(`${prefix}_TIMEOUT`, 15, { min: 0.1, max: 30 }) * 1_000
  const perSecond = from.number(`${prefix}_PER_SECOND`, usual, { min: 0, max: 10_000 })
  const memberUrl = readMemberUrl(from)
  if (given === undefined) return undefined
  const url = URL.parse(given)
  if (url === null || (url.protocol !== 'https:' && !allowPrivate)) {
    // Never quoted: whoever knows the address can post.
    from.problems.push(`${name} is not a https:// address. Example: ${name}=${example}`)
    return undefined
  }
  return { url, allowPrivate, timeoutMs, perSecond, memberUrl, allowedBy: `${prefix}_ALLOW_PRIVATE` }
}

const PLACE = '{memberId}'

function readMemberUrl(from: EnvReader): string | undefined {
  const example = `https://crm.example.org/members/${PLACE}`
  const given = from.url('MEMBER_URL', '', { protocols: ['https:', 'http:'], example })
  if (given === '') return undefined
  const problem = `MEMBER_URL does not say where the member's number goes. Example: MEMBER_URL=${example}`
  // Two channels read it, and one mistake is said once.
  if (!given.includes(PLACE) && !from.problems.includes(problem)) from.problems.push(problem)
  return given
}
