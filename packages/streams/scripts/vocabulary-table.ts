import { CUSTOM_VOCABULARY, type Meaning, VOCABULARY } from '../src/vocabulary.ts'

const BEGIN = '<!-- vocabulary: written by `npm run gen` -->'
const END = '<!-- end of vocabulary -->'

/** The README with the table between its marks replaced by what the code says. Throws when the marks are gone. */
export function vocabularyTable(readme: string): string {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from < 0 || to < from) throw new Error(`schemas/README.md has lost the marks ${BEGIN} and ${END}`)
  return `${readme.slice(0, from + BEGIN.length)}\n\n${rows().join('\n')}\n\n${readme.slice(to)}`
}

function rows(): string[] {
  const rows = [['stream', 'type', 'Segment-style call', 'signal', 'amount', 'also']]
  for (const [stream, types] of Object.entries(VOCABULARY)) {
    for (const [type, meaning] of Object.entries<Meaning>(types)) {
      const { segment, signal, amount, effect } = meaning
      rows.push([stream, type, segment, signal ?? '–', String(amount ?? '–'), effect ?? ''])
    }
  }
  for (const [stream, actions] of Object.entries(CUSTOM_VOCABULARY))
    for (const [action, { segment, signal, amount }] of Object.entries<Meaning>(actions))
      rows.push(['custom-activity', `${stream}, ${action}`, segment, signal ?? '–', String(amount ?? '–'), ''])
  rows.push(['custom-activity', '_stream_, _action_', 'track _any other_', 'the open signal of both', '1', ''])
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const rule = widths.map((width) => '-'.repeat(width))
  return [...rows.slice(0, 1), rule, ...rows.slice(1)].map((row) => line(row, widths))
}

/** Padded, as the formatter would have it. */
function line(cells: readonly string[], widths: readonly number[]): string {
  return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
}
