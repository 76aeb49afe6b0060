import { runService } from '@perennial/runtime'
import { readIngestConfig } from './config.ts'
import { startIngest } from './wire.ts'

await runService('ingest', readIngestConfig, (config, platform, scope) => startIngest(platform, config, scope))
