import { readDocument } from './document.ts'
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

/**
 * A value as part of Markdown that people read as it is: only what could become a link, emphasis, HTML, or at the beginning a
 * heading or a list, is escaped.
 */
export function asMarkdown(value: string): string {
  return value
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>&~|]/g, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
    .replace(/^[-+#=]/, String.raw`\$&`)
}
