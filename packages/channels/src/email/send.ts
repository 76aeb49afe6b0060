import type { Message } from '@perennial/templates'
import { createTransport } from 'nodemailer'
import type { SendResult } from '../channel.ts'
import type { EmailConfig } from './config.ts'

export type Mail = Readonly<{
  /** The job's id: the same in every attempt, and so is the Message-ID made of it. */
  id: string
  to: string
  message: Message
  /** Undefined: to a colleague, who does not unsubscribe from work. */
  unsubscribeUrl: string | undefined
  now: number
}>

/** What came of it; `faulty` says that we, not this member's address, are what the server objects to. */
export type Sent = SendResult & Readonly<{ faulty?: true }>

/** One attempt, over a connection of its own. */
export async function send(config: EmailConfig, mail: Mail): Promise<Sent> {
  const { smtp, from, dkim } = config
  const transport = createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    requireTLS: smtp.requireTls && !smtp.secure,
    ...(smtp.auth === undefined ? {} : { auth: smtp.auth }),
    connectionTimeout: smtp.timeoutMs,
    greetingTimeout: smtp.timeoutMs,
    socketTimeout: smtp.timeoutMs,
    dnsTimeout: smtp.timeoutMs,
  })
  try {
    await transport.sendMail({
      messageId: `<${mail.id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
      date: new Date(mail.now),
      from,
      to: { name: '', address: mail.to },
      envelope: { from: from.address, to: mail.to },
      ...(config.replyTo === undefined ? {} : { replyTo: config.replyTo }),
      ...mail.message,
      headers: headersOf(config, mail),
      ...(dkim === undefined ? {} : { dkim }),
      // Nothing in a message is read from a disk or the net.
      disableFileAccess: true,
      disableUrlAccess: true,
      // The whole exchange, not just silence on the line.
      signal: AbortSignal.timeout(smtp.timeoutMs),
    })
    return { kind: 'delivered' }
  } catch (error) {
    return resultOf(error, smtp.timeoutMs)
  } finally {
    transport.close()
  }
}

/** RFC 8058: one click, without a further question. RFC 3834: no holiday replies. */
function headersOf({ unsubscribeTo }: EmailConfig, { unsubscribeUrl }: Mail) {
  const automatic = { 'Auto-Submitted': 'auto-generated' }
  if (unsubscribeUrl === undefined) return automatic
  const byMail = unsubscribeTo === undefined ? '' : `, <mailto:${unsubscribeTo}?subject=unsubscribe>`
  return {
    'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>${byMail}` },
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    ...automatic,
  }
}

type SmtpError = Error & Readonly<{ code?: unknown; responseCode?: unknown; response?: unknown; command?: unknown }>

/** Only what is said of this recipient or this message is final: a server that refuses us may be put right. */
const FINAL_AFTER = ['RCPT TO', 'DATA']
const TIMED_OUT = ['ETIMEDOUT', 'EABORT']

/** Never the server's own words: they quote the address. */
function resultOf(error: unknown, timeoutMs: number): Sent {
  if (!(error instanceof Error)) throw error
  const { code, responseCode, response, command }: SmtpError = error
  if (typeof responseCode === 'number') {
    const final = responseCode >= 500
    const detail = typeof response === 'string' ? /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0] : undefined
    const said = `the mail server answered ${responseCode}${detail === undefined ? '' : ` ${detail}`}`
    const known = typeof command === 'string' ? command : 'unknown'
    if (final && FINAL_AFTER.includes(known)) return { kind: 'failed', reason: `${said} to ${known}` }
    return { kind: 'retry', reason: `${said} to ${known}`, ...(final ? { faulty: true } : {}) }
  }
  if (typeof code === 'string' && TIMED_OUT.includes(code))
    return { kind: 'retry', reason: `the mail server did not answer within ${timeoutMs / 1_000} s` }
  const reason = `the mail server could not be reached: ${typeof code === 'string' ? code : 'unknown error'}`
  return { kind: 'retry', reason, ...(code === 'ETLS' || code === 'EAUTH' ? { faulty: true } : {}) }
}
