export { followModels, type Models, readModels } from './follow-models.ts'
export { followPlays } from './follow-plays.ts'
export {
  checkTemplatesOf,
  keepPlays,
  playFiles,
  playsFolder,
  playsFrom,
  playVersions,
  readPlays,
  SHIPPED_PLAYS,
} from './plays.ts'
export { readGoals } from './goals.ts'
export { readOwners } from './owners.ts'
export { readScorer, scorerFrom } from './scorer.ts'
export { readTemplateConfig, readTemplates, type TemplateConfig } from './templates.ts'
export { readVocabulary } from './vocabulary.ts'
