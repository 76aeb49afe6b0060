import type { Block, Inline } from './document.ts'

/** Plain text as people write it: links as "words (address)", lists with dashes, no other signs. */
export function toText(blocks: readonly Block[]): string {
  return blocks.map(blockText).join('\n\n')
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return inlineText(block.children)
    case 'list':
      return block.items
        .map((item, n) => itemText(item, block.first === undefined ? '-' : `${block.first + n}.`))
        .join('\n')
    case 'quote':
      return indented(toText(block.blocks), '> ')
    case 'rule':
      return '---'
  }
}

function itemText(item: readonly Block[], mark: string): string {
  const text = item.map(blockText).join('\n')
  const indent = ' '.repeat(mark.length + 1)
  return `${mark} ${indented(text, indent).slice(indent.length)}`
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n')
}

function inlineText(parts: readonly Inline[]): string {
  return parts.map(partText).join('')
}

function partText(part: Inline): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'break':
      return '\n'
    case 'emphasis':
    case 'strong':
      return inlineText(part.children)
    case 'link': {
      const words = inlineText(part.children)
      const address = part.href.replace(/^mailto:/i, '')
      return words === part.href || words === address ? words : `${words} (${address})`
    }
  }
}
