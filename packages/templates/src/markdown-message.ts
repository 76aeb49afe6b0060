import { readDocument } from './document.ts'
import { markdownEngine } from './engine.ts'
import type { Message } from './render-message.ts'
import { toHtml } from './to-html.ts'
import { toText } from './to-text.ts'

/** A message from Markdown of our own making: both forms are written from the same words, as those of templates are. */
export function messageOfMarkdown(subject: string, markdown: string): Message {
  const { blocks, unfit } = readDocument(markdown)
  const [first] = unfit
  if (first !== undefined) throw new Error(`'${first.raw}': ${first.reason}`)
  return { subject, text: toText(blocks), html: toHtml(blocks) }
}

/** A value as part of Markdown: none can become a link, a heading or HTML. */
export function asMarkdown(value: string): string {
  return String(markdownEngine.parseAndRenderSync('{{ value }}', { value }))
}
