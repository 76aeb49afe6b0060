import type { Alert } from '../alert.ts'
import type { Notice } from '../channel.ts'
import { pieces } from '../chat/pieces.ts'

/** Adaptive Cards: the version that Teams shows on every device. */
const CARD_VERSION = '1.4'

/** The body of a Workflows webhook ("When a Teams webhook request is received"): one Adaptive Card in a message. */
export function render({ title, facts, reasons, link, id }: Alert): string {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: CARD_VERSION,
    // What notifications and screen readers say where the card is not shown.
    fallbackText: title,
    body: [
      { type: 'TextBlock', text: escaped(title), size: 'Large', weight: 'Bolder', wrap: true },
      { type: 'FactSet', facts: facts.map(([label, value]) => ({ title: label, value: escaped(value) })) },
      ...reasons.map((reason) => ({ type: 'TextBlock', text: `- ${escaped(reason)}`, wrap: true, spacing: 'Small' })),
      { type: 'TextBlock', text: id, size: 'Small', isSubtle: true },
    ],
    actions: link === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Open the member', url: link }],
  }
  return message(content)
}

/** Teams refuses cards of more than 28 KB. */
const MOST = { text: 1_000, pieces: 20 }

/** A message to colleagues; one that is too long for a card ends where it must. */
export function renderNotice({ id, message: { subject, text } }: Notice): string {
  return message({
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: CARD_VERSION,
    fallbackText: subject,
    body: [
      { type: 'TextBlock', text: escaped(subject), size: 'Large', weight: 'Bolder', wrap: true },
      ...pieces(text, MOST.text, MOST.pieces).map((piece) => ({ type: 'TextBlock', text: escaped(piece), wrap: true })),
      { type: 'TextBlock', text: id, size: 'Small', isSubtle: true },
    ],
  })
}

function message(content: object): string {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return JSON.stringify({ type: 'message', attachments: [attachment] })
}

/** Cards read Markdown: no value may become a link or a heading. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]()~>#]/g, String.raw`\$&`)
}
