import { createPrivateKey } from 'node:crypto'
import type { EnvReader } from '@perennial/runtime'
import { readUnsubscribeKeys, type UnsubscribeKeys } from '../unsubscribe/keys.ts'
import { readSmtpConfig, type SmtpConfig } from './smtp-config.ts'

export type Sender = Readonly<{ name: string; address: string }>

export type DkimConfig = Readonly<{ domainName: string; keySelector: string; privateKey: string }>

export type EmailConfig = Readonly<{
  smtp: SmtpConfig
  from: Sender
  replyTo: string | undefined
  dkim: DkimConfig | undefined
  /** Where members reach this deployment; without a slash at its end. */
  publicUrl: string
  unsubscribeKeys: UnsubscribeKeys
  /** An address that takes requests to unsubscribe by mail, which people then see to. */
  unsubscribeTo: string | undefined
  /** Stands at the end of every message: who the association is, and where. */
  footer: string | undefined
  /** 0: as many as come. */
  perSecond: number
}>

const ADDRESS = /^[^\s<>(),;:"@]+@[^\s<>(),;:"@]+\.[^\s<>(),;:"@]+$/

/**
 * SMTP_URL or SMTP_HOST (neither: no email), EMAIL_FROM, EMAIL_REPLY_TO, EMAIL_DKIM_*, PUBLIC_URL, UNSUBSCRIBE_KEY,
 * EMAIL_UNSUBSCRIBE_TO, EMAIL_FOOTER, EMAIL_PER_SECOND (5). CONTACT_KEY must be there too.
 */
export function readEmailConfig(from: EnvReader): EmailConfig | undefined {
  const smtp = readSmtpConfig(from)
  const perSecond = from.number('EMAIL_PER_SECOND', 5, { min: 0, max: 10_000 })
  // What is not sent needs no sender.
  if (smtp === undefined) return undefined
  const sender = readSender(from)
  const dkim = readDkim(from, sender.address)
  const publicUrl = readPublicUrl(from)
  const unsubscribeKeys = readUnsubscribeKeys(from)
  if (unsubscribeKeys === undefined)
    from.problems.push(
      'UNSUBSCRIBE_KEY is missing: every email has a link to unsubscribe. Example: UNSUBSCRIBE_KEY=$(openssl rand -hex 32)',
    )
  if (from.optional('CONTACT_KEY') === undefined && from.optional('CONTACT_KEY_FILE') === undefined)
    from.problems.push(
      'CONTACT_KEY is missing: without it no address of a member is kept, and there is nobody to send email to. Example: CONTACT_KEY=$(openssl rand -hex 32)',
    )
  return {
    smtp,
    from: sender,
    replyTo: readAddress(from, 'EMAIL_REPLY_TO'),
    dkim,
    publicUrl,
    unsubscribeKeys: unsubscribeKeys ?? [''],
    unsubscribeTo: readAddress(from, 'EMAIL_UNSUBSCRIBE_TO'),
    footer: from.optional('EMAIL_FOOTER'),
    perSecond,
  }
}

const FROM_EXAMPLE = "EMAIL_FROM='Sample Association <hello@association.example>'"

/** The name is what members see, and what templates sign with. */
function readSender(from: EnvReader): Sender {
  const given = from.required('EMAIL_FROM', FROM_EXAMPLE.slice('EMAIL_FROM='.length))
  const [, quoted, plain, address = ''] = /^(?:"([^"]+)"|([^"<>]+?))\s*<([^<>]+)>$/.exec(given) ?? []
  const name = quoted ?? plain ?? ''
  if (given !== '' && !ADDRESS.test(address))
    from.problems.push(`EMAIL_FROM is '${given}': not a name and an address. Example: ${FROM_EXAMPLE}`)
  return { name, address }
}

function readAddress(from: EnvReader, name: string): string | undefined {
  const given = from.optional(name)
  if (given !== undefined && !ADDRESS.test(given))
    from.problems.push(`${name} is '${given}': not an address. Example: ${name}=office@association.example`)
  return given
}

function readPublicUrl(from: EnvReader): string {
  const example = 'https://members.association.example'
  const given = from.url('PUBLIC_URL', '', { protocols: ['https:', 'http:'], example })
  const url = URL.parse(given)
  const local = url !== null && ['localhost', '127.0.0.1'].includes(url.hostname)
  if (from.optional('PUBLIC_URL') === undefined)
    from.problems.push(`PUBLIC_URL is missing: it is where members unsubscribe. Example: PUBLIC_URL=${example}`)
  else if (url?.protocol === 'http:' && !local)
    from.problems.push(
      `PUBLIC_URL is '${given}': mail programs offer to unsubscribe at https:// only. Example: PUBLIC_URL=${example}`,
    )
  return given.replace(/\/+$/, '')
}

/** EMAIL_DKIM_SELECTOR, EMAIL_DKIM_KEY or EMAIL_DKIM_KEY_FILE (PEM), EMAIL_DKIM_DOMAIN (that of EMAIL_FROM). */
function readDkim(from: EnvReader, address: string): DkimConfig | undefined {
  const keySelector = from.optional('EMAIL_DKIM_SELECTOR')
  const privateKey = from.secret('EMAIL_DKIM_KEY')
  const domainName = from.text('EMAIL_DKIM_DOMAIN', address.slice(address.lastIndexOf('@') + 1))
  if (keySelector === undefined && privateKey === undefined) return undefined
  if (keySelector === undefined || privateKey === undefined) {
    from.problems.push(
      'DKIM needs both: EMAIL_DKIM_SELECTOR=perennial and EMAIL_DKIM_KEY_FILE=/run/secrets/dkim.pem. Leave both out where the mail server signs.',
    )
    return undefined
  }
  if (!isPrivateKey(privateKey))
    from.problems.push('EMAIL_DKIM_KEY is no private key in PEM. Example: openssl genrsa -out dkim.pem 2048')
  return { domainName, keySelector, privateKey }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === 'private'
  } catch {
    return false
  }
}
