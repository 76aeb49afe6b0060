export { type OutreachConfig, readOutreachConfig } from './config.ts'
export type { OutreachDeps } from './deps.ts'
export { abandonJob, runJob } from './run-job.ts'
export { startOutreach } from './wire.ts'
