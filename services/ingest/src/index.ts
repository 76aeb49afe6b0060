export { type IngestConfig, readIngestConfig } from './config.ts'
export { startIngest } from './wire.ts'
