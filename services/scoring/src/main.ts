import { runService } from '@perennial/runtime'
import { readScoringConfig } from './config.ts'
import { startScoring } from './wire.ts'

await runService('scoring', readScoringConfig, async (config, platform, scope) => {
  await startScoring(platform, config, scope)
})
