export { readPlays } from './plays.ts'
export { readScorer } from './scorer.ts'
export { readVocabulary } from './vocabulary.ts'
