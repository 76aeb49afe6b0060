import { DAY_MS } from '@perennial/member'
import { violationsOf } from '@perennial/streams'
import { expect, test } from 'vitest'
import { onlineRetail, readInvoices, RETAIL_RECORDS } from './online-retail.ts'

test('has the invoices of the data set, as published', () => {
  const invoices = readInvoices()
  const of = (kind: string) => invoices.filter((invoice) => invoice.kind === kind)
  expect(invoices).toHaveLength(RETAIL_RECORDS)
  expect([of('purchase').length, of('return').length]).toEqual([18_536, 3_654])
  expect(new Set(invoices.map(({ customer }) => customer)).size).toBe(4_372)
  // The sum over all lines with a customer, returns taken off: 8,300,065.81, but for the rounding of each invoice.
  const sum = invoices.reduce((total, { amount, kind }) => total + (kind === 'return' ? -amount : amount), 0)
  expect(Math.abs(sum - 8_300_065.81)).toBeLessThan(10)
})

test('is moved so that it ends on the last full day, in order, each once', () => {
  const end = Date.UTC(2026, 10, 23, 12)
  const records = [...onlineRetail(end)]
  const times = records.map(({ record }) => record.occurredAt)
  expect(times.findIndex((at, i) => at < (times[i - 1] ?? 0))).toBe(-1)
  expect(times.at(-1)).toBeLessThan(end)
  expect(times.at(-1)).toBeGreaterThan(end - 2 * DAY_MS)
  expect(new Set(records.map(({ record }) => record.eventId)).size).toBe(RETAIL_RECORDS)
  expect(records.flatMap(({ stream, record }) => violationsOf(stream, record))).toEqual([])
})
