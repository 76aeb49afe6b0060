/**
 * Makes `data/online-retail.csv.gz` from the published invoice lines.
 *
 *   node services/cli/scripts/make-online-retail.ts PATH/TO/online_retail.csv.gz
 *
 * One row per customer and invoice, at its earliest line. Lines without a customer are left out.
 * An invoice whose number starts with C is a cancellation: kind `return`, amount as a positive number.
 */
import { createReadStream, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip, gzipSync } from 'node:zlib'

type Invoice = { customer: string; invoice: string; time: string; pence: number }

const target = new URL('../data/online-retail.csv.gz', import.meta.url)
const source = process.argv[2]
if (source === undefined) {
  console.error('Which file? Example: node services/cli/scripts/make-online-retail.ts online_retail.csv.gz')
  process.exit(2)
}

const invoices = await readInvoices(source)
const rows = [...invoices.values()].toSorted((a, b) => compare(a.time, b.time) || compare(a.invoice, b.invoice))
writeFileSync(target, gzipSync(`customer,invoice,time,amount,kind\n${rows.map(line).join('')}`, { level: 9 }))
console.log(
  `${rows.length} rows: ${rows.filter((row) => !isReturn(row)).length} purchases, ${rows.filter(isReturn).length} returns`,
)

async function readInvoices(path: string): Promise<Map<string, Invoice>> {
  const found = new Map<string, Invoice>()
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) })
  for await (const text of lines) {
    const [invoice = '', , , quantity = '', time = '', price = '', customer = ''] = fields(text)
    if (customer === '' || invoice === 'invoice_no') continue
    const known = found.get(`${customer} ${invoice}`) ?? { customer, invoice, time, pence: 0 }
    known.pence += Number(quantity) * Number(price) * 100
    if (time < known.time) known.time = time
    found.set(`${customer} ${invoice}`, known)
  }
  return found
}

/** The fields of one CSV line; a quoted field may hold commas and doubled quotes. */
function fields(text: string): string[] {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}

function line(row: Invoice): string {
  const amount = Math.abs(Math.round(row.pence) / 100).toFixed(2)
  return `${row.customer},${row.invoice},${row.time},${amount},${isReturn(row) ? 'return' : 'purchase'}\n`
}

function isReturn(row: Invoice): boolean {
  return row.invoice.startsWith('C')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
