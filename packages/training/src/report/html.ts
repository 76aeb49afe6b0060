/** Markup that may stand in a page as it is. */
export type Html = Readonly<{ html: string }>

type Part = Html | string | number | readonly Html[]

/** A template whose parts are texts (escaped) or markup. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, k) => text + (k < parts.length ? textOf(parts[k] ?? '') : '')).join('') }
}

function textOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'html' in part ? part.html : part.map(({ html }) => html).join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
