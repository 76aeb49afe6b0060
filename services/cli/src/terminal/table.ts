import { widthOf } from './style.ts'

export type Column = Readonly<{ title: string; align?: 'left' | 'right' }>

const GAP = '  '

/**
 * Rows under their titles. When it would not fit into `width` columns, the last column is wrapped at its words.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const widths = columns.map((column, i) => Math.max(column.title.length, ...rows.map((row) => widthOf(row[i] ?? ''))))
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP.length, 0)
  const last = widths.length - 1
  widths[last] = Math.max(20, Math.min(widths[last] ?? 0, width - before))

  const titles = line(columns.map((column) => column.title))
  const rules = line(widths.map((each) => '─'.repeat(each)))
  return [titles, rules, ...rows.flatMap(lines)].join('\n')

  function lines(row: readonly string[]): string[] {
    const [first = '', ...rest] = wrap(row[last] ?? '', widths[last] ?? 20)
    return [line([...row.slice(0, last), first]), ...rest.map((text) => `${' '.repeat(before)}${text}`)]
  }

  function line(cells: readonly string[]): string {
    return cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? 'left'))
      .join(GAP)
      .trimEnd()
  }
}

/** The text in lines of at most `width` columns, broken between words where that is possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) > width && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + space : space + text
}
