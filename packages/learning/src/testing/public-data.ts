import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Table } from '../table.ts'
import { tableOf } from './worlds.ts'

type Row = Readonly<Record<string, string>>

/** Rows of a CSV file without quotes, by the names of its first line. */
function csv(path: string): readonly Row[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, k) => [name, cells[k] ?? '']))
  })
}

function telcoRows(data: string): readonly Row[] {
  return csv(join(data, 'telco-churn', 'telco_churn.csv'))
}

const churned = (row: Row): number => (row['Churn'] === 'Yes' ? 1 : 0)

const joinedEarlier = (data: string) => telcoRows(data).filter((row) => Number(row['tenure']) > 0)

/** The six columns whose maximum-likelihood weights the data set's README gives; without those who just joined. */
export function telcoOfSix(data: string): Table {
  return tableOf(
    ['one-year', 'two-year', 'tenure', 'MonthlyCharges', 'paperless', 'senior'],
    joinedEarlier(data).map((row) => [
      churned(row),
      row['Contract'] === 'One year' ? 1 : 0,
      row['Contract'] === 'Two year' ? 1 : 0,
      Number(row['tenure']),
      Number(row['MonthlyCharges']),
      row['PaperlessBilling'] === 'Yes' ? 1 : 0,
      Number(row['SeniorCitizen']),
    ]),
  )
}

const NUMBERS = ['tenure', 'MonthlyCharges', 'TotalCharges', 'SeniorCitizen']

/** All columns, one for each value of a text; the test part is that of the README, by a hash of the id. */
export function telcoOneHot(data: string): Readonly<{ train: Table; test: Table }> {
  const rows = telcoRows(data)
  const texts = Object.keys(rows[0] ?? {}).filter((name) => !['customerID', 'Churn', ...NUMBERS].includes(name))
  const levels = texts.flatMap((name) => [...new Set(rows.map((row) => row[name]))].map((value) => ({ name, value })))
  const names = [...NUMBERS, ...levels.map(({ name, value }) => `${name}=${value}`)]
  const cells = (row: Row) => [
    churned(row),
    ...NUMBERS.map((name) => Number(row[name])),
    ...levels.map(({ name, value }) => (row[name] === value ? 1 : 0)),
  ]
  const isTest = (row: Row) => {
    const md5 = createHash('md5')
      .update(row['customerID'] ?? '')
      .digest('hex')
    return Number(BigInt(`0x${md5}`) % 10n) < 3
  }
  return {
    train: tableOf(names, rows.filter((row) => !isTest(row)).map(cells)),
    test: tableOf(names, rows.filter(isTest).map(cells)),
  }
}

/** One row for each donor and year with a gift, `from` to `to`; label = no gift in the year after. */
export function donorYears(data: string, from: number, to: number): Table {
  const rows: number[][] = []
  for (const donor of csv(join(data, 'public-radio-donors', 'donor_years.csv'))) {
    let [gifts, streak] = [0, 0]
    for (let year = 1995; year <= to; year++) {
      const gave = donor[year] === '1'
      streak = gave ? streak + 1 : 0
      if (!gave) continue
      gifts++
      if (year >= from) rows.push([donor[year + 1] === '1' ? 0 : 1, Math.log(streak), gifts, year - 1994 - gifts])
    }
  }
  return tableOf(['ln(streak)', 'n', 'gap'], rows)
}

/** The members of the labelled task at its test cut-off, with the README's features and reference probability. */
export function referenceScores(data: string, folder: 'k8s-membership' | 'online-retail'): Table {
  const rows = csv(join(data, folder, 'reference_scores.csv'))
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'member_id' && name !== 'label')
  return tableOf(
    names,
    rows.map((row) => [row['label'], ...names.map((name) => row[name])].map(Number)),
  )
}
