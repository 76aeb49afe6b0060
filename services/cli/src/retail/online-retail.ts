import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DAY_MS, type EpochMs } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'

const FILE = new URL('../../data/online-retail.csv.gz', import.meta.url)
/** Rows of the file: 18,536 purchases and 3,654 returns. */
export const RETAIL_RECORDS = 22_190
/** The day after the last invoice. */
const LAST_DAY = Date.UTC(2011, 11, 10)

export type Invoice = Readonly<{
  customer: string
  invoice: string
  at: EpochMs
  amount: number
  kind: 'purchase' | 'return'
}>

/** The shipped invoices of the UCI Online Retail data set, in the order of time; see data/README.md. */
export function readInvoices(): Invoice[] {
  const [, ...lines] = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [customer = '', invoice = '', time = '', amount = '', kind] = line.split(',')
    return {
      customer,
      invoice,
      at: Date.parse(time),
      amount: Number(amount),
      kind: kind === 'return' ? 'return' : 'purchase',
    }
  })
}

/** The same as purchase records. By whole days moved so far that the last one lies on the last full day before `end`. */
export function* onlineRetail(end: EpochMs): Generator<SourceInput> {
  const shift = Math.floor((end - LAST_DAY) / DAY_MS) * DAY_MS
  for (const { customer, invoice, at, amount, kind } of readInvoices()) {
    const occurredAt = at + shift
    yield {
      stream: 'purchase',
      record: {
        eventId: `retail-${customer}-${invoice}`,
        occurredAt,
        sentAt: occurredAt,
        member: { memberId: customer },
        source: 'online-retail',
        type: kind === 'purchase' ? 'order_completed' : 'order_refunded',
        orderId: invoice,
        value: amount,
        currency: 'GBP',
      },
    }
  }
}
