import { runService } from '@perennial/runtime'
import { readOutreachConfig } from './config.ts'
import { startOutreach } from './wire.ts'

await runService('outreach', readOutreachConfig, (config, platform, scope) => startOutreach(platform, config, scope))
