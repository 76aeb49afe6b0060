import { escapeHtml, type Message } from '@perennial/templates'

export type Frame = Readonly<{
  association: string
  /** Where the member unsubscribes. */
  unsubscribeUrl: string
  footer: string | undefined
}>

/** The message with what stands at the end of every one: why it came, who sent it, and how to stop it. */
export function render({ subject, text, html }: Message, { association, unsubscribeUrl, footer }: Frame): Message {
  const why = `You get this message as a member of ${association}.`
  const lines = footer === undefined ? [] : footer.split(/\\n|\n/).map((line) => line.trim())
  return {
    subject,
    // Two dashes and a space begin a signature: mail programs set it apart.
    text: [text, '-- ', why, `No more messages of this kind: ${unsubscribeUrl}`, ...lines, '']
      .join('\n')
      .replace('\n-- \n', '\n\n-- \n'),
    html: page(subject, html, [
      escapeHtml(why),
      `<a href="${escapeHtml(unsubscribeUrl)}">No more messages of this kind</a>`,
      ...lines.map(escapeHtml),
    ]),
  }
}

/** The same for colleagues: who sent it, and no way to unsubscribe from work. */
export function renderNotice({ subject, text, html }: Message, { association }: Pick<Frame, 'association'>): Message {
  const why = `Sent by Perennial for ${association}. Who gets it, and when, stands in owners.yaml.`
  return { subject, text: `${text}\n\n-- \n${why}\n`, html: page(subject, html, [escapeHtml(why)]) }
}

/** No images, no style sheet, nothing that is fetched. */
function page(title: string, body: string, small: readonly string[]): string {
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0 auto;padding:16px;max-width:36em;font-family:sans-serif;line-height:1.5">
${body}
<hr>
<p style="font-size:small">${small.join('<br>\n')}</p>
</body>
</html>
`
}
