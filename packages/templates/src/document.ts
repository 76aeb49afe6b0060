import { Marked, type MarkedToken, type Token } from 'marked'

/** A message, between its Markdown and the two forms it is sent in. */
export type Inline =
  | Readonly<{ kind: 'text'; text: string }>
  | Readonly<{ kind: 'break' }>
  | Readonly<{ kind: 'emphasis' | 'strong'; children: readonly Inline[] }>
  | Readonly<{ kind: 'link'; href: string; children: readonly Inline[] }>

export type Block =
  | Readonly<{ kind: 'heading'; level: number; children: readonly Inline[] }>
  | Readonly<{ kind: 'paragraph'; children: readonly Inline[] }>
  | Readonly<{ kind: 'list'; first: number | undefined; items: readonly (readonly Block[])[] }>
  | Readonly<{ kind: 'quote'; blocks: readonly Block[] }>
  | Readonly<{ kind: 'rule' }>

/** Something that would be lost in one of the two forms. `raw` is how it is written. */
export type Unfit = Readonly<{ raw: string; reason: string }>

const markdown = new Marked({ gfm: false })
const WEB_ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i

type Say = (raw: string, reason: string) => undefined

/** Reads Markdown. What is no part of a message is reported and left out. */
export function readDocument(text: string): Readonly<{ blocks: readonly Block[]; unfit: readonly Unfit[] }> {
  const unfit: Unfit[] = []
  const blocks = blocksOf(markdown.lexer(text), (raw, reason) => void unfit.push({ raw, reason }))
  return { blocks, unfit }
}

function blocksOf(tokens: readonly Token[], say: Say): Block[] {
  return tokens.flatMap((token) => blockOf(token as MarkedToken, say) ?? [])
}

function blockOf(token: MarkedToken, say: Say): Block | undefined {
  switch (token.type) {
    case 'space':
      return undefined
    case 'heading':
      return { kind: 'heading', level: token.depth, children: inlinesOf(token.tokens, say) }
    case 'paragraph':
    case 'text':
      return { kind: 'paragraph', children: inlinesOf(token.tokens, say) }
    case 'list': {
      const first = token.ordered ? Number(token.start) : undefined
      return { kind: 'list', first, items: token.items.map((item) => blocksOf(item.tokens, say)) }
    }
    case 'blockquote':
      return { kind: 'quote', blocks: blocksOf(token.tokens, say) }
    case 'hr':
      return { kind: 'rule' }
    default:
      return say(token.raw, unknown(token.type))
  }
}

function inlinesOf(tokens: readonly Token[] | undefined, say: Say): Inline[] {
  return (tokens ?? []).flatMap((token) => inlineOf(token as MarkedToken, say) ?? [])
}

function inlineOf(token: MarkedToken, say: Say): Inline | undefined {
  switch (token.type) {
    case 'text':
    case 'escape':
      return { kind: 'text', text: token.text }
    case 'br':
      return { kind: 'break' }
    case 'em':
      return { kind: 'emphasis', children: inlinesOf(token.tokens, say) }
    case 'strong':
      return { kind: 'strong', children: inlinesOf(token.tokens, say) }
    case 'link':
      if (!WEB_ADDRESS.test(token.href)) return say(token.raw, `'${token.href}' is no https:// or mailto: address`)
      return { kind: 'link', href: token.href, children: inlinesOf(token.tokens, say) }
    case 'image':
      return say(token.raw, 'images are not sent: they tell when a message was opened')
    default:
      return say(token.raw, unknown(token.type))
  }
}

function unknown(type: string): string {
  if (type === 'html') return 'HTML is not kept: text and HTML are made from the same Markdown'
  return `'${type}' is no part of a message: paragraphs, headings, lists, quotes, links and emphasis are`
}
