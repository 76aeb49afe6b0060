import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GivingHistory } from '../bg-bb.ts'
import type { PurchaseHistory } from '../bg-nbd.ts'

const DAY_MS = 86_400_000

/** Where `sharedData()` is, or is not: then every table is empty, and the tests that read it are left out. */
type Folder = string | undefined

function read(folder: Folder, ...path: readonly string[]): readonly (readonly string[])[] {
  if (folder === undefined) return []
  const lines = readFileSync(join(folder, ...path), 'utf8')
    .trim()
    .split('\n')
  return lines.slice(1).map((line) => line.split(','))
}

/** Survivors of 1,000 after 0 … 12 years. */
export function survivalTables(data: Folder): Readonly<{ regular: readonly number[]; highEnd: readonly number[] }> {
  const rows = read(data, 'retention-tables', 'fader_hardie_2007.csv')
  return { regular: rows.map((row) => Number(row[1])), highEnd: rows.map((row) => Number(row[2])) }
}

/** Survivors of five yearly cohorts, each from its first year on. */
export function cohorts(data: Folder): readonly (readonly number[])[] {
  const rows = read(data, 'retention-tables', 'multi_cohort_example.csv')
  const columns = [1, 2, 3, 4, 5].map((column) => rows.map((row) => row[column] ?? ''))
  return columns.map((column) => column.filter((cell) => cell !== '').map(Number))
}

export type Buyer = PurchaseHistory &
  Readonly<{ sampleId: string; /** Purchases in the 39 weeks after. */ later: number }>

/** CDNOW to 1997-09-30, in weeks; purchases of one day are one. */
export function buyers(data: Folder): readonly Buyer[] {
  const days = new Map<string, Set<number>>()
  const sampleIds = new Map<string, string>()
  for (const [id = '', sampleId = '', date = ''] of read(data, 'cdnow-sample', 'cdnow_sample.csv')) {
    days.set(id, (days.get(id) ?? new Set()).add(Date.parse(date) / DAY_MS))
    sampleIds.set(id, sampleId)
  }
  const end = Date.parse('1997-09-30') / DAY_MS
  return [...days].map(([id, set]) => {
    const all = [...set].sort((a, b) => a - b)
    const known = all.filter((day) => day <= end)
    const first = known[0] ?? end
    return {
      sampleId: sampleIds.get(id) ?? '',
      repeats: known.length - 1,
      lastAt: ((known.at(-1) ?? first) - first) / 7,
      observedFor: (end - first) / 7,
      later: all.length - known.length,
    }
  })
}

export type Donor = GivingHistory & Readonly<{ /** 2002 … 2006. */ later: readonly boolean[] }>

/** Public-radio donors of 1995, by what they gave in 1996 … 2001. */
export function donors(data: Folder): readonly Donor[] {
  return read(data, 'public-radio-donors', 'donor_years.csv').map((row) => {
    const years = row.slice(2).map((cell) => cell === '1')
    const known = years.slice(0, 6)
    const gifts = known.filter(Boolean).length
    return { years: 6, gifts, lastYear: known.lastIndexOf(true) + 1, later: years.slice(6) }
  })
}
