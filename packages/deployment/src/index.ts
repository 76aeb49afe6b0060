export { readPlays } from './plays.ts'
export { readScorer } from './scorer.ts'
