import { EnvReader } from '@perennial/runtime'
import { simpleParser } from 'mailparser'
import { email } from '../email/index.ts'
import type { ChannelHarness, MakeOptions, Seen } from './channel-features.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { testDeps } from './test-deps.ts'

export const UNSUBSCRIBE_KEY = 'k'.repeat(32)

export const MAIL_SETTINGS = {
  EMAIL_FROM: 'Sample Association <hello@association.example>',
  EMAIL_REPLY_TO: 'office@association.example',
  EMAIL_UNSUBSCRIBE_TO: 'unsubscribe@association.example',
  EMAIL_FOOTER: 'Sample Association, 1 Main Street, Springfield',
  PUBLIC_URL: 'https://members.association.example/',
  UNSUBSCRIBE_KEY,
  CONTACT_KEY: 'a'.repeat(64),
}

/** The email channel on a mail server of its own, and how to put it away. */
export function mailHarness() {
  const open: MailServer[] = []

  async function start(
    settings: Readonly<Record<string, string>> = {},
    { deps = testDeps(), login }: Readonly<Partial<MakeOptions> & { login?: string }> = {},
  ) {
    const server = await startMailServer({ auth: login !== undefined })
    open.push(server)
    const from = new EnvReader({
      ...MAIL_SETTINGS,
      SMTP_URL: `smtp://${login === undefined ? '' : `${login}@`}127.0.0.1:${server.port}`,
      ...settings,
    })
    const channel = email.configure(from)?.(deps)
    if (channel === undefined || from.problems.length > 0) throw new Error(from.problems.join('\n'))
    return { server, channel }
  }

  async function make({ deps, perSecond, timeoutMs }: MakeOptions): Promise<ChannelHarness> {
    const { server, channel } = await start(
      { EMAIL_PER_SECOND: String(perSecond), SMTP_TIMEOUT: String(timeoutMs / 1_000) },
      { deps },
    )
    return {
      channel,
      seen: () => Promise.all(server.received.map(seenOf)),
      behave: server.behave,
      // SMTP has no way to say when, and an answer is a line.
      unknown: ['busy-for', 'no-answer-body-end'],
      secrets: [String(server.port)],
    }
  }

  const stop = async () => {
    for (const server of open.splice(0)) await server.close()
  }
  return { start, make, stop }
}

async function seenOf(raw: string): Promise<Seen> {
  const { messageId = '', subject, text, html } = await simpleParser(raw)
  return { id: messageId.replace(/^<(.*)@.*>$/, '$1'), payload: JSON.stringify({ subject, text, html }) }
}
