import { featuresFor } from '@perennial/features'
import { WITH_OPEN } from '@perennial/features/testing'
import type { Calibration, Tree } from '@perennial/predictors'
import fc from 'fast-check'
import type { FeatureScale, TrainedModel } from '../model.ts'
import { BOOSTED, HAZARD } from './trained-models.ts'

/** All that can be said of members with open signals. */
const NAMES = featuresFor(WITH_OPEN).list.map(({ name }) => name)

/** Without −0, which a file does not know. */
const double = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((x) => x + 0)

const scales: fc.Arbitrary<readonly FeatureScale[]> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 20 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record(
          {
            name: fc.constant(name),
            mean: double(0, 3),
            sd: double(0.3, 3),
            low: double(-1, 0.5),
            high: double(0.5, 7),
            reason: fc.constant('fitted'),
          },
          { requiredKeys: ['name', 'mean', 'sd', 'reason'] },
        ),
      ),
    ),
  )

/** Lists that rise by at least a little. */
const rising = (length: number) =>
  fc
    .tuple(double(-4, 0), fc.array(double(0.01, 2), { minLength: length - 1, maxLength: length - 1 }))
    .map(([first, steps]) => steps.reduce<number[]>((list, step) => [...list, (list.at(-1) ?? first) + step], [first]))

const platt: fc.Arbitrary<Calibration> = fc.record({
  kind: fc.constant('platt' as const),
  slope: double(0.2, 2),
  intercept: double(-1, 1),
})

const isotonic: fc.Arbitrary<Calibration> = fc.integer({ min: 1, max: 8 }).chain((length) =>
  fc.record({
    kind: fc.constant('isotonic' as const),
    from: rising(length),
    to: rising(length),
    slope: double(0.05, 2),
  }),
)

const anyCalibration: fc.Arbitrary<Calibration> = fc.oneof(platt, isotonic)

const treeOf = (columns: number, depth: number): fc.Arbitrary<Tree> => {
  const inner = 2 ** depth - 1
  const list = <T>(of: fc.Arbitrary<T>, length: number) => fc.array(of, { minLength: length, maxLength: length })
  return fc.record({
    columns: list(fc.integer({ min: -1, max: columns - 1 }), inner),
    thresholds: list(fc.oneof(double(0, 5), fc.constantFrom(0, 0.5, 1)), inner),
    values: list(double(-0.6, 0.6), inner + 1),
    shares: list(fc.oneof(double(0, 1), fc.constant(0)), inner + 1),
  })
}

const common = { intercept: double(-2, 2), offset: fc.boolean(), calibration: anyCalibration }

type Common = Readonly<{ intercept: number; offset: boolean; calibration: Calibration }>

const put = <T extends TrainedModel>(model: T, { intercept, offset, calibration }: Common): T => ({
  ...model,
  intercept: { value: intercept, reason: 'fitted' },
  prior: { ...model.prior, offset },
  calibration,
  engagement: { ...model.engagement, weights: {} },
})

/** A covariance that is positive definite, or else says nothing: that of weights settled one by one. */
const settled = (features: number): readonly number[] =>
  Array.from({ length: features + 1 }, (_, i) =>
    Array.from({ length: i + 1 }, (_, j) => (i === j ? 0.01 : 0.0001)),
  ).flat()

/** For rows of `WITH_OPEN`. */
export const anyHazard: fc.Arbitrary<TrainedModel> = fc
  .tuple(scales, fc.infiniteStream(double(-1, 1)), fc.record(common))
  .map(([features, weights, common]) =>
    put(
      {
        ...HAZARD,
        features: features.map((feature) => ({ ...feature, weight: weights.next().value })),
        covariance: settled(features.length),
      },
      common,
    ),
  )

/** The same of trees. */
export const anyBoosted: fc.Arbitrary<TrainedModel> = fc
  .tuple(scales, fc.integer({ min: 1, max: 3 }), fc.record(common))
  .chain(([features, depth, common]) =>
    fc
      .array(treeOf(features.length, depth), { maxLength: 30 })
      .map((trees) => put({ ...BOOSTED, features, trees, covariance: settled(features.length) }, common)),
  )
