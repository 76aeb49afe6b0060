import { redisServer } from '@perennial/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { faultsOf } from './faults.ts'
import { liveThrough, type Year } from './year.ts'

/** Another association, and other kills: YEAR_SEED=12 npm test -- year. All of a year: npm run year -- --kills 10 */
const SEED = Number(process.env['YEAR_SEED'] ?? 11)
const WAIT = 120_000

describe.runIf(redisServer() !== undefined)('some days of the sample association with all plays on', () => {
  let year: Year

  beforeAll(async () => {
    year = await liveThrough({ members: 60, days: 4, kills: 2, seed: SEED })
  }, WAIT)

  test('nobody over a cap, by night, without consent, twice for a cause or after renewing, though services are killed', () => {
    expect({ seed: SEED, killed: year.killed, faults: faultsOf(year).faults }).toMatchObject({ faults: [] })
    expect(year.killed.length).toBeGreaterThan(0)
  })

  test('there was something to be wrong about: emails, webhooks, and contacts held back', () => {
    expect(new Set(year.messages.map(({ channel }) => channel))).toEqual(new Set(['email', 'webhook']))
    expect(new Set(year.lines.map(({ reason }) => reason))).toContain('no-consent')
  })
})

describe.runIf(redisServer() !== undefined)('the check of it', () => {
  test(
    'finds services that leave out caps, consent, quiet hours and the ledger',
    async () => {
      const broken = ['caps', 'consent', 'quiet-hours', 'ledger'] as const
      const year = await liveThrough({ members: 60, days: 3, kills: 0, seed: SEED, broken })
      const found = new Set(faultsOf(year).faults.map(({ rule }) => rule))
      expect([...found]).toEqual(expect.arrayContaining(['cap', 'consent', 'quiet-hours', 'twice']))
    },
    WAIT,
  )
})
