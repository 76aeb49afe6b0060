import { Liquid, type Template as Parsed } from 'liquidjs'

export type { Parsed }

/** Files, time and chance: a message is made from its template and its values, and from nothing else. */
const TAGS_LEFT_OUT = ['include', 'render', 'layout', 'block', 'increment', 'decrement', 'tablerow', 'raw']
const FILTERS_LEFT_OUT = [
  'raw',
  'sample',
  'date',
  'date_to_xmlschema',
  'date_to_rfc822',
  'date_to_string',
  'date_to_long_string',
]

/** Bounds that no message comes near, and a loop without end does. */
const LIMITS = { parseLimit: 200_000, renderLimit: 200, memoryLimit: 1_000_000 }

function createEngine(escape: (text: string) => string): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    // `{% if chapter %}` asks; `{{ chapter }}` relies on it.
    lenientIf: true,
    ownPropertyOnly: true,
    // Instead of the file system.
    templates: {},
    outputEscape: (value) => escape(textOf(value)),
    ...LIMITS,
  })
  for (const name of TAGS_LEFT_OUT) delete engine.tags[name]
  for (const name of FILTERS_LEFT_OUT) delete engine.filters[name]
  return engine
}

/** For subjects: one line of plain text. */
export const plainEngine = createEngine(oneLine)

/** For bodies: no value can become markup. Any punctuation may be escaped in Markdown, also inside an address. */
export const markdownEngine = createEngine((text) =>
  oneLine(text).replaceAll(/[\\`*_{}[\]()#+\-.!<>&|~]/g, String.raw`\$&`),
)

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
