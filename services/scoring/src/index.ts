export { readScoringConfig, type ScoringConfig } from './config.ts'
export { startScoring } from './wire.ts'
