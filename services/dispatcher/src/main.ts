import { runService } from '@perennial/runtime'
import { readDispatcherConfig } from './config.ts'
import { startDispatcher } from './wire.ts'

await runService('dispatcher', readDispatcherConfig, (config, platform, scope) =>
  startDispatcher(platform, config, scope),
)
