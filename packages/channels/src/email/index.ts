import { Fault } from '@perennial/runtime'
import { renderMessage } from '@perennial/templates'
import type { Channel, ChannelDeps, ChannelKind, Outreach, SendResult, Templates } from '../channel.ts'
import { paced } from '../pace.ts'
import { unsubscribeToken } from '../unsubscribe/token.ts'
import { type EmailConfig, readEmailConfig } from './config.ts'
import { render, renderNotice } from './render.ts'
import { type Mail, send } from './send.ts'
import { valuesOf } from './values.ts'

/** Writes to the member, through an SMTP server. Set up by SMTP_URL or SMTP_HOST. */
export const email: ChannelKind = {
  name: 'email',
  templated: true,
  configure(from) {
    const config = readEmailConfig(from)
    return config && ((deps) => openEmail(config, deps))
  },
}

function openEmail(config: EmailConfig, deps: ChannelDeps): Channel {
  // At the start, so that a template with a mistake stops it then and there.
  const templates = deps.templates()

  async function post(mail: Mail): Promise<SendResult> {
    const { faulty, ...result } = await send(config, mail)
    if (faulty === true) {
      const reason = result.kind === 'delivered' ? '' : result.reason
      deps.logger.error({ host: config.smtp.host, reason }, 'The mail server refuses us: check SMTP_* and EMAIL_FROM.')
    }
    return result
  }

  const channel: Channel = {
    name: 'email',
    async send(outreach) {
      const mail = await mailOf(config, deps, templates, outreach)
      return 'kind' in mail ? mail : post(mail)
    },
    async tell({ id, to, message }) {
      if (to === undefined) return failed('there is no address to send it to')
      const framed = renderNotice(message, { association: config.from.name })
      return post({ id, to, message: framed, unsubscribeUrl: undefined, now: deps.clock.now() })
    },
  }
  return paced(channel, config.perSecond, deps)
}

/** The message and where it goes, or why there is none. */
async function mailOf(
  config: EmailConfig,
  deps: ChannelDeps,
  { byName, links }: Templates,
  outreach: Outreach,
): Promise<Mail | SendResult> {
  const { id, memberId, purpose, interventionId } = outreach
  // Whatever the play says: what is meant for colleagues is not for the member's eyes.
  if (purpose === 'internal') return failed('an internal contact is for colleagues, and email goes to the member')
  const template = outreach.template === undefined ? undefined : byName.get(outreach.template)
  if (template === undefined) return failed(`there is no template '${outreach.template ?? ''}'`)
  const to = await addressOf(deps, memberId)
  if (typeof to !== 'string') return to
  const now = deps.clock.now()
  const association = config.from.name
  const values = valuesOf(outreach, await deps.describe(memberId), { association, links, now })
  const rendered = renderMessage(template, values)
  if (rendered.kind === 'wrong') {
    const { line, column, reason } = rendered.problem
    return failed(`template ${template.name}, ${line}:${column}: ${reason}`)
  }
  const token = unsubscribeToken(config.unsubscribeKeys, { memberId, purpose, interventionId })
  const unsubscribeUrl = `${config.publicUrl}/u/${token}`
  const message = render(rendered.message, { association, unsubscribeUrl, footer: config.footer })
  return { id, to, message, unsubscribeUrl, now }
}

async function addressOf({ addresses }: ChannelDeps, memberId: string): Promise<string | SendResult> {
  if (addresses === undefined) return failed('CONTACT_KEY is not set: no address of a member is kept')
  try {
    return (await addresses.addressOf(memberId)) ?? failed('no address of the member is known')
  } catch (error) {
    // A key that is not there may be put back.
    if (error instanceof Fault) return { kind: 'retry', reason: error.message }
    throw error
  }
}

function failed(reason: string): SendResult {
  return { kind: 'failed', reason }
}
