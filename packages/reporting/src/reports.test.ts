import { expect, test } from 'vitest'
import { createReports, type Report } from './reports.ts'

const report = (asOf: number): Report => ({ asOf, members: 1, effects: { ranked: [], together: undefined }, goals: [] })

test('all who ask at once get the same report, and it is kept while it is fresh', async () => {
  let [now, made] = [1_000, 0]
  const reports = createReports({
    async make() {
      made++
      return report(now)
    },
    now: () => now,
    freshMs: 100,
    failed: () => undefined,
  })
  const [one, two] = await Promise.all([reports.read(), reports.read()])
  expect([one === two, made]).toEqual([true, 1])
  now = 1_099
  expect(await reports.read()).toBe(one)
  now = 1_100
  expect((await reports.read()).asOf).toBe(1_100)
  expect(made).toBe(2)
})

test('who cannot wait gets the latest, and an old one is made anew behind it', async () => {
  let now = 1_000
  const errors: unknown[] = []
  let fail = false
  const reports = createReports({
    make: async () => {
      if (fail) throw new Error('Redis is away')
      return report(now)
    },
    now: () => now,
    freshMs: 100,
    failed: (error) => void errors.push(error),
  })
  expect(reports.known()).toBeUndefined()
  await reports.read()
  expect(reports.known()?.asOf).toBe(1_000)
  now = 2_000
  fail = true
  expect(reports.known()?.asOf).toBe(1_000)
  await expect(reports.read()).rejects.toThrow('Redis is away')
  expect(errors).toHaveLength(1)
  fail = false
  expect((await reports.read()).asOf).toBe(2_000)
})
