/**
 * Members at one cut-off, or at several laid one after the other: what was known of each, and what became of them.
 * Where the columns come from is no business of the learners.
 */
export type Table = Readonly<{
  names: readonly string[]
  /** By name, a value for each row. NaN = unknown, which stands for the mean of the training rows. */
  columns: readonly Float64Array[]
  /** 1 = lapsed within the horizon, 0 = did not. */
  labels: Uint8Array
  /** Prior log-odds of lapse; zeros where there is no prior. */
  offset: Float64Array
  n: number
  /** Who each row is about, as any number, so that rows of one member never help to judge one another. */
  members?: Uint32Array
}>

/** Throws an error that names the first thing wrong with the table. */
export function checkTable({ names, columns, labels, offset, n, members }: Table): void {
  if (names.length !== columns.length)
    throw new Error(`The table has ${names.length} names for ${columns.length} columns.`)
  const twice = names.find((name, k) => names.indexOf(name) !== k)
  if (twice !== undefined) throw new Error(`The table has two columns '${twice}'.`)
  const lengths: readonly [string, number][] = [
    ['labels', labels.length],
    ['offset', offset.length],
    ['members', members?.length ?? n],
    ...columns.map((column, k): [string, number] => [`column '${names[k]}'`, column.length]),
  ]
  for (const [what, length] of lengths)
    if (length !== n) throw new Error(`The table has ${n} rows, but its ${what} has ${length}.`)
  const odd = labels.findIndex((label) => label > 1)
  if (odd >= 0) throw new Error(`Label of row ${odd} is ${labels[odd]}: only 0 and 1 are labels.`)
  if (!offset.every((x) => Number.isFinite(x))) throw new Error('The offset of every row must be a finite number.')
  columns.forEach((column, k) => {
    const endless = column.findIndex((x) => x === Infinity || x === -Infinity)
    if (endless >= 0) throw new Error(`Column '${names[k]}' is infinite in row ${endless}: use NaN for unknown.`)
  })
}

/** How many rows have label 1. */
export function lapsesIn({ labels }: Table): number {
  let sum = 0
  for (const label of labels) sum += label
  return sum
}

/** The rows of all tables, in their order, as one. Throws unless they have the same columns. */
export function pooled(tables: readonly Table[]): Table {
  const [first] = tables
  if (first === undefined) throw new Error('There is no table to learn from.')
  if (tables.length === 1) return first
  for (const { names } of tables)
    if (names.join('\n') !== first.names.join('\n')) throw new Error('The tables differ in their columns.')
  const n = tables.reduce((sum, table) => sum + table.n, 0)
  const labels = new Uint8Array(n)
  let at = 0
  for (const table of tables) {
    labels.set(table.labels, at)
    at += table.n
  }
  return {
    names: first.names,
    columns: first.names.map((_, k) => joined(tables.map((table) => table.columns[k]!))),
    labels,
    offset: joined(tables.map(({ offset }) => offset)),
    n,
    ...membersOf(tables),
  }
}

function membersOf(tables: readonly Table[]): Pick<Table, 'members'> {
  const lists = tables.flatMap(({ members }) => (members === undefined ? [] : [members]))
  if (lists.length < tables.length) return {}
  return { members: Uint32Array.from(lists.flatMap((list) => [...list])) }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The named rows, in that order. */
export function rowsOf(table: Table, rows: Int32Array): Table {
  const take = (column: Float64Array): Float64Array => {
    const taken = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]!]!
    return taken
  }
  return {
    names: table.names,
    columns: table.columns.map((column) => take(column)),
    labels: Uint8Array.from(rows, (row) => table.labels[row]!),
    offset: take(table.offset),
    n: rows.length,
    ...(table.members === undefined ? {} : { members: Uint32Array.from(rows, (row) => table.members![row]!) }),
  }
}

/** Those columns only, in that order. Throws when one is missing. */
export function columnsOf(table: Table, names: readonly string[]): Table {
  const columns = names.map((name) => {
    const column = table.columns[table.names.indexOf(name)]
    if (column === undefined) throw new Error(`The table has no column '${name}'.`)
    return column
  })
  return { ...table, names, columns }
}

/** At most `most` rows, evenly spaced: enough to settle a setting on, where all rows would only take longer. */
export function thinned(table: Table, most: number): Table {
  if (table.n <= most) return table
  return rowsOf(
    table,
    Int32Array.from({ length: most }, (_, i) => Math.floor((i * table.n) / most)),
  )
}
