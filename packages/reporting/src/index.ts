export { type Counter, type Seen, survey, type SurveyDeps } from './survey.ts'
export { type PlayEffects, playEffects, type PlayReport } from './uplift/play-effects.ts'
export { type Tallies, tallyCounter } from './uplift/tallies.ts'
