import type { Block, Inline } from './document.ts'

/** HTML without styles, classes, images or scripts: mail programs show it in their own fonts. */
export function toHtml(blocks: readonly Block[]): string {
  return blocks.map(blockHtml).join('\n')
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${inlineHtml(block.children)}</h${block.level}>`
    case 'paragraph':
      return `<p>${inlineHtml(block.children)}</p>`
    case 'list': {
      const items = block.items.map((item) => `<li>${itemHtml(item)}</li>`).join('\n')
      return block.first === undefined ? `<ul>\n${items}\n</ul>` : `<ol start="${block.first}">\n${items}\n</ol>`
    }
    case 'quote':
      return `<blockquote>\n${toHtml(block.blocks)}\n</blockquote>`
    case 'rule':
      return '<hr>'
  }
}

/** One paragraph alone needs no element of its own. */
function itemHtml(item: readonly Block[]): string {
  const [first, ...rest] = item
  if (first?.kind === 'paragraph') return [inlineHtml(first.children), ...rest.map(blockHtml)].join('\n')
  return toHtml(item)
}

function inlineHtml(parts: readonly Inline[]): string {
  return parts.map(partHtml).join('')
}

function partHtml(part: Inline): string {
  switch (part.kind) {
    case 'text':
      return escapeHtml(part.text)
    case 'break':
      return '<br>\n'
    case 'emphasis':
      return `<em>${inlineHtml(part.children)}</em>`
    case 'strong':
      return `<strong>${inlineHtml(part.children)}</strong>`
    case 'link':
      return `<a href="${escapeHtml(part.href)}">${inlineHtml(part.children)}</a>`
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
