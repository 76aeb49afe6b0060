import { runService } from '@perennial/runtime'
import { readApiConfig } from './config.ts'
import { startApi } from './wire.ts'

await runService('api', readApiConfig, (config, platform, scope) => startApi(platform, config, scope))
