import { kafkaServer } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { runCampaign } from './campaign.ts'
import { MUTANTS } from './mutants.ts'

/** Those that one round shows; the other: `npm run torture -- --mutant NAME`, and services/scoring/src/simulation.test.ts. */
const BRIEF_MS = 1_000
/** A fault must come at the wrong moment to be seen, and where nothing was under way it does not. */
const ROUNDS = 4

// What the campaign is worth: it must fail where a safeguard is missing.
describe.runIf(kafkaServer() !== undefined)('a campaign against services that have lost a safeguard', () => {
  test.each(MUTANTS.filter(({ ms }) => ms <= BRIEF_MS))(
    '$name: fails',
    async ({ changes, only, crew, ms, seen }) => {
      const said: string[] = []
      const broken: string[] = []
      for (let seed = 1; seed <= ROUNDS && !broken.some((one) => seen.test(one)); seed++) {
        const outcome = await runCampaign({ seed, ms, only, crew, changes, report: (line) => said.push(line) })
        broken.push(...outcome.broken)
      }
      expect({ said, broken }).toMatchObject({ broken: expect.arrayContaining([expect.stringMatching(seen)]) })
    },
    300_000,
  )
})
