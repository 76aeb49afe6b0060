import type { EnvReader } from '@perennial/runtime'

/** How mail leaves. */
export type SmtpConfig = Readonly<{
  host: string
  port: number
  /** TLS from the first byte; else STARTTLS. */
  secure: boolean
  /** Nothing is sent in the open. */
  requireTls: boolean
  auth: Readonly<{ user: string; pass: string }> | undefined
  /** Of a whole attempt. */
  timeoutMs: number
}>

const EXAMPLE = 'smtps://user:password@smtp.example.org'
const LOCAL = ['localhost', '127.0.0.1', '[::1]', '::1']
/** RFC 8314: submission with TLS from the start, and with STARTTLS. */
const PORTS = { implicit: 465, startTls: 587 }

type Server = Omit<SmtpConfig, 'timeoutMs' | 'requireTls'>

/**
 * SMTP_URL or SMTP_URL_FILE; or SMTP_HOST, SMTP_PORT, SMTP_USERNAME and SMTP_PASSWORD or SMTP_PASSWORD_FILE.
 * SMTP_TLS: required (the usual) or optional (the usual on this machine). SMTP_TIMEOUT in seconds (30).
 */
export function readSmtpConfig(from: EnvReader): SmtpConfig | undefined {
  const timeoutMs = from.number('SMTP_TIMEOUT', 30, { min: 0.1, max: 300 }) * 1_000
  const given = from.secret('SMTP_URL')
  const server = given === undefined ? serverOf(from) : serverAt(from, given)
  const local = LOCAL.includes(server?.host ?? '')
  const tls = from.oneOf('SMTP_TLS', ['required', 'optional'], local ? 'optional' : 'required')
  return server && { ...server, timeoutMs, requireTls: tls === 'required' }
}

function serverAt(from: EnvReader, given: string): Server | undefined {
  const url = URL.parse(given)
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    // Never quoted: it may hold a password.
    from.problems.push(`SMTP_URL is not a smtp:// or smtps:// address. Example: SMTP_URL=${EXAMPLE}`)
    return undefined
  }
  const secure = url.protocol === 'smtps:'
  const port = url.port === '' ? defaultPort(secure) : Number(url.port)
  const auth = credentials(decodeURIComponent(url.username), decodeURIComponent(url.password))
  return { host: url.hostname, port, secure, auth }
}

function serverOf(from: EnvReader): Server | undefined {
  const host = from.optional('SMTP_HOST')
  const port = from.integer('SMTP_PORT', PORTS.startTls, { min: 1, max: 65_535 })
  const user = from.optional('SMTP_USERNAME')
  const pass = from.secret('SMTP_PASSWORD')
  if (host === undefined) return undefined
  if ((user === undefined) !== (pass === undefined))
    from.problems.push('SMTP_USERNAME and SMTP_PASSWORD go together: one of them is missing.')
  return { host, port, secure: port === PORTS.implicit, auth: credentials(user ?? '', pass ?? '') }
}

function defaultPort(secure: boolean): number {
  return secure ? PORTS.implicit : PORTS.startTls
}

function credentials(user: string, pass: string): SmtpConfig['auth'] {
  return user === '' ? undefined : { user, pass }
}
