import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readCsv, writeCsv } from './csv.ts'

/*
 * The public data sets of ../shared/data as history folders. `data` is the folder of `sharedData()`, `into` the
 * history folder to make; each answers `into`. What counts as what is said in the README of the data set.
 */

const ACTIVITY = ['member_id', 'at', 'stream', 'action', 'object', 'value', 'id']

/** Members of the Kubernetes organisations: six streams, joinings and removals. Some events are older than the joining. */
export function k8sHistory(data: string, into: string): string {
  const from = join(data, 'k8s-membership')
  mkdirSync(into, { recursive: true })
  const events = readCsv(join(from, 'events.csv.gz'))
  writeCsv(
    join(into, 'activity.csv.gz'),
    ACTIVITY.slice(0, 5),
    events.map(({ member_id, ts, stream, action, object }) => [member_id, ts, stream, action, object]),
  )
  writeCsv(
    join(into, 'members.csv'),
    ['member_id', 'joined_at', 'left_at', 'spell'],
    readCsv(join(from, 'members.csv')).map(({ member_id, joined, left, spell }) => [member_id, joined, left, spell]),
  )
  return into
}

/** Customers of an online shop: one row per customer and invoice, at its earliest line; no membership. */
export function onlineRetailHistory(data: string, into: string): string {
  mkdirSync(into, { recursive: true })
  type Invoice = { customer: string; invoice: string; at: string; value: number }
  const invoices = new Map<string, Invoice>()
  for (const line of readCsv(join(data, 'online-retail', 'online_retail.csv.gz'))) {
    const { customer_id: customer = '', invoice_no: invoice = '', invoice_ts: at = '' } = line
    if (customer === '') continue
    const known = invoices.get(`${customer}/${invoice}`)
    const value = Number(line['quantity']) * Number(line['unit_price'])
    invoices.set(`${customer}/${invoice}`, {
      customer,
      invoice,
      at: known === undefined || at < known.at ? at : known.at,
      value: (known?.value ?? 0) + value,
    })
  }
  writeCsv(
    join(into, 'activity.csv.gz'),
    ACTIVITY,
    [...invoices.values()].map(({ customer, invoice, at, value }) => {
      const kind = invoice.startsWith('C') ? ['return', 'order_refunded'] : ['purchase', 'order_completed']
      return [customer, at, ...kind, '', Math.abs(value).toFixed(2), invoice]
    }),
  )
  return into
}

/** Public-radio donors who began in 1995: a gift in the middle of each year in which there was one. */
export function publicRadioHistory(data: string, into: string): string {
  mkdirSync(into, { recursive: true })
  const donors = readCsv(join(data, 'public-radio-donors', 'donor_years.csv'))
  writeCsv(
    join(into, 'activity.csv'),
    ACTIVITY.slice(0, 4),
    donors.flatMap(({ donor_id, ...years }) =>
      Object.keys(years)
        .filter((year) => years[year] === '1')
        .map((year) => [donor_id, `${year}-07-01`, 'giving', 'gift']),
    ),
  )
  return into
}

/** The day on which the customers of `telcoHistory` are looked at; who churns does so two weeks later. */
export const TELCO_CUTOFF = Date.UTC(2020, 0, 1)

/** Customers of a telephone company: no activity, all columns but the outcome as traits. */
export function telcoHistory(data: string, into: string): string {
  mkdirSync(into, { recursive: true })
  const customers = readCsv(join(data, 'telco-churn', 'telco_churn.csv'))
  writeCsv(join(into, 'activity.csv'), ACTIVITY.slice(0, 4), [])
  writeCsv(
    join(into, 'members.csv'),
    ['member_id', 'joined_at', 'left_at'],
    customers.map(({ customerID, tenure, Churn }) => [
      customerID,
      new Date(Date.UTC(2020, -Number(tenure), 1) - 1000).toISOString(),
      Churn === 'Yes' ? '2020-01-15' : '',
    ]),
  )
  const names = Object.keys(customers[0] ?? {}).filter((name) => name !== 'customerID' && name !== 'Churn')
  writeCsv(
    join(into, 'traits.csv'),
    ['member_id', ...names],
    customers.map((customer) => [customer['customerID'], ...names.map((name) => customer[name])]),
  )
  return into
}
