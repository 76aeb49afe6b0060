import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'

/** The rows of a CSV text (RFC 4180), as plainly as can be: what faster readers are held against. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  const row: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (quoted) {
      if (char !== '"') field += char
      else if (text[i + 1] === '"') field += text[i++]
      else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ',' || char === '\n') {
      row.push(field)
      field = ''
      if (char === '\n') rows.push(row.splice(0))
    } else if (char !== '\r') field += char
  }
  if (field !== '' || row.length > 0) rows.push([...row, field])
  return rows
}

/** The rows of a CSV file as objects by the names of its header. A name ending in .gz is unpacked. */
export function readCsv(path: string): Readonly<Record<string, string>>[] {
  const bytes = readFileSync(path)
  const [header = [], ...rows] = parseCsv((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])))
}

export type CsvValue = string | number | undefined

/** Writes a CSV file; a name ending in .gz is packed. */
export function writeCsv(path: string, header: readonly string[], rows: Iterable<readonly CsvValue[]>): void {
  const lines = [header.join(',')]
  for (const row of rows) lines.push(row.map(csvField).join(','))
  const text = `${lines.join('\n')}\n`
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(text, { level: 1 }) : text)
}

/** A value as a field, in quotes where it needs them. */
export function csvField(value: CsvValue): string {
  const text = String(value ?? '')
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
