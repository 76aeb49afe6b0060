import type { Alert } from '../alert.ts'
import type { Notice } from '../channel.ts'
import { pieces } from '../chat/pieces.ts'

/** Slack's limits: characters of a header, of a field, and fields of a section. */
const MOST = { header: 150, field: 2_000, fields: 10, text: 3_000, sections: 45 }

/**
 * The body of an incoming webhook: `text` is what notifications show, `blocks` what the room shows.
 * https://api.slack.com/messaging/webhooks
 */
export function render({ title, facts, reasons, link, id }: Alert): string {
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(title, MOST.header) } },
    {
      type: 'section',
      fields: facts
        .slice(0, MOST.fields)
        .map(([label, value]) => ({ type: 'mrkdwn', text: `*${label}*\n${cut(escaped(value), MOST.field - 100)}` })),
    },
    ...(reasons.length === 0 ? [] : [section(reasons.map((reason) => `• ${escaped(reason)}`).join('\n'))]),
    ...(link === undefined ? [] : [button(link)]),
    { type: 'context', elements: [{ type: 'mrkdwn', text: id }] },
  ]
  return JSON.stringify({ text: escaped(title), blocks })
}

/** A message to colleagues; one that is too long for a room ends where it must. */
export function renderNotice({ id, message }: Notice): string {
  const { subject, text } = message
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(subject, MOST.header) } },
    // Half of what a section takes: signs that are escaped grow.
    ...pieces(text, MOST.text / 2, MOST.sections).map((piece) => section(escaped(piece))),
    { type: 'context', elements: [{ type: 'mrkdwn', text: id }] },
  ]
  return JSON.stringify({ text: escaped(subject), blocks })
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, MOST.text) } }
}

function button(url: string) {
  const text = { type: 'plain_text', text: 'Open the member' }
  return { type: 'actions', elements: [{ type: 'button', text, url, action_id: 'open-member' }] }
}

/** Without these three no mention and no link can be made. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
