import { starterModel } from '../starter-model.ts'
import type { BoostedModel, HazardModel, Training } from '../model.ts'

/** A record of a training that never was. */
export const TRAINING: Training = {
  createdAt: '2026-01-05T09:00:00Z',
  from: '2021-03-01T00:00:00Z',
  to: '2025-12-31T23:59:59Z',
  cutoffs: ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  rows: 2_800,
  lapses: 420,
  fingerprint: 'sha256:0123456789abcdef',
  chosen: 'hazard on few columns',
  metrics: { 'hazard on few columns': { auc: 0.81, logLoss: 0.42 }, recency: { auc: 0.78, logLoss: 0.45 } },
  distributions: [
    {
      feature: 'silence',
      edges: [
        { at: 0.5, before: false },
        { at: 1.5, before: true },
      ],
      shares: [0.5, 0.3, 0.1, 0.1],
    },
  ],
  card: '# A model\n\nMade up for tests.',
}

const { horizon: _, ...common } = starterModel()

/** Weights on two features, as training might have found them. */
export const HAZARD: HazardModel = {
  ...common,
  id: 'hazard-test',
  kind: 'trained',
  form: 'hazard',
  lapse: { kind: 'left', days: 365 },
  signals: [],
  prior: { ...common.prior, offset: false },
  intercept: { value: -1.1, reason: 'fitted' },
  features: [
    { name: 'silence', weight: 0.7, mean: 1.2, sd: 0.9, reason: 'fitted' },
    { name: 'activity_365', weight: -0.4, mean: 1.7, sd: 1.3, reason: 'fitted' },
  ],
  engagement: { ...common.engagement, weights: { activity_365: 1 } },
  covariance: [0.01, 0.001, 0.02, -0.002, 0.003, 0.015],
  training: TRAINING,
}

/** Two trees on the same features. */
export const BOOSTED: BoostedModel = {
  ...HAZARD,
  id: 'boosted-test',
  form: 'boosted',
  features: HAZARD.features.map(({ name, mean, sd, reason }) => ({ name, mean, sd, reason })),
  trees: [
    { columns: [0, 1, -1], thresholds: [1, 0.7, 0], values: [-0.3, -0.5, 0.4, 0], shares: [0.2, 0.3, 0.5, 0] },
    { columns: [1, 0, 0], thresholds: [1.5, 0.5, 2], values: [0.1, 0.2, -0.2, 0.1], shares: [0.25, 0.25, 0.25, 0.25] },
  ],
}
