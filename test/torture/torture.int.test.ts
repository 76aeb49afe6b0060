import { kafkaServer } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { runCampaign } from './campaign.ts'
import { outcomeText } from './report.ts'

/** Another one strikes otherwise: E2E_SEED=12 npm test -- torture */
const SEED = Number(process.env['E2E_SEED'] ?? 1)
/** How long faults strike; with start, recovery and check some 80 s. */
const STRIKING_MS = 30_000

describe.runIf(kafkaServer() !== undefined)('a short campaign of faults', () => {
  test('keeps every promise', async () => {
    const said: string[] = []
    const crew = { ingest: 1, scoring: 2, dispatcher: 1, outreach: 1 }
    const outcome = await runCampaign({ seed: SEED, ms: STRIKING_MS, crew, report: (line) => said.push(line) })
    if (outcome.broken.length > 0) throw new Error([...said, outcomeText(outcome)].join('\n'))
    expect(outcome.struck.length).toBeGreaterThan(0)
  }, 240_000)
})
