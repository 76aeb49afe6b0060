export { followModels, type Models, readModels } from './follow-models.ts'
export { keepPlays, playVersions, readPlays } from './plays.ts'
export { readScorer, scorerFrom } from './scorer.ts'
export { readVocabulary } from './vocabulary.ts'
