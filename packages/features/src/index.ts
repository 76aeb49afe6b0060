export { AUTO_RENEW_ON } from './auto-renew.ts'
export { type Elapsed, type Feature, never, still, type Sum } from './feature.ts'
export { beganAt } from './fresh-decision.ts'
export { type Features, featuresFor, missingSignal } from './registry.ts'
