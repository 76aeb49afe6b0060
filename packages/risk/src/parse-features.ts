import type { Features } from '@perennial/features'
import { MOST_DEPTH, type Tree } from '@perennial/predictors'
import type { JsonReader } from './json-reader.ts'
import type { FeatureScale, FeatureWeight } from './model.ts'

/** The features of a model whose every feature has a weight. */
export function readWeights(file: JsonReader, known: Features): readonly FeatureWeight[] {
  return readFeatures(file, known, (at, scale) => ({ ...scale, weight: at.number('weight') }))
}

/** The features of a model of trees: the columns that they split on. */
export function readScales(file: JsonReader, known: Features): readonly FeatureScale[] {
  return readFeatures(file, known, (_, scale) => scale)
}

function readFeatures<T>(
  file: JsonReader,
  known: Features,
  whole: (at: JsonReader, scale: FeatureScale) => T,
): readonly T[] {
  const seen = new Set<string>()
  return file.objects('features').map((at) => {
    const name = at.text('name')
    if (name !== '' && known.named(name) === undefined) at.problem('name', known.missing(name))
    if (seen.has(name)) at.problem('name', `stands twice: ${name}`)
    seen.add(name)
    const scale = {
      name,
      mean: at.has('mean') ? at.number('mean') : 0,
      sd: at.has('sd') ? at.positive('sd') : 1,
      ...readLimits(at),
      reason: at.text('reason'),
    }
    const feature = whole(at, scale)
    at.done()
    return feature
  })
}

/** The values between which a weight holds. */
function readLimits(at: JsonReader): Readonly<{ low?: number; high?: number }> {
  const [low, high] = [
    at.has('low') ? { low: at.number('low') } : {},
    at.has('high') ? { high: at.number('high') } : {},
  ]
  if ((low.low ?? -Infinity) > (high.high ?? Infinity)) at.problem('low', 'must not be above high')
  return { ...low, ...high }
}

/** The trees of a model with so many features. */
export function readTrees(file: JsonReader, features: number): readonly Tree[] {
  const trees = file.objects('trees')
  const sizes = new Set<number>()
  return trees.map((at) => {
    const tree = {
      columns: at.numbers('columns'),
      thresholds: at.numbers('thresholds'),
      values: at.numbers('values'),
      shares: at.numbers('shares'),
    }
    at.done()
    sizes.add(tree.columns.length)
    checkTree(at, tree, features)
    if (sizes.size > 1) at.problem('columns', 'must be as many as in the trees before')
    return tree
  })
}

const SIZES: readonly number[] = Array.from({ length: MOST_DEPTH }, (_, depth) => 2 ** (depth + 1) - 1)

function checkTree(at: JsonReader, { columns, thresholds, values, shares }: Tree, features: number): void {
  const inner = columns.length
  if (!SIZES.includes(inner)) return at.problem('columns', `must be ${SIZES.join(', ')} in number, not ${inner}`)
  if (columns.some((column) => !Number.isInteger(column) || column < -1 || column >= features))
    at.problem('columns', `must be places of features, 0 to ${features - 1}, or -1 for no split`)
  const expect = (key: string, { length }: readonly number[], wanted: number): void => {
    if (length !== wanted) at.problem(key, `must be ${wanted} in number, not ${length}`)
  }
  expect('thresholds', thresholds, inner)
  expect('values', values, inner + 1)
  expect('shares', shares, inner + 1)
  if (shares.some((share) => share < 0)) at.problem('shares', 'must not be below 0')
}

/** The lower triangle of the covariance of an intercept and so many features. */
export function readCovariance(file: JsonReader, features: number): readonly number[] {
  const values = file.numbers('covariance')
  const wanted = ((features + 1) * (features + 2)) / 2
  if (values.length !== wanted)
    file.problem(
      'covariance',
      `must be ${wanted} numbers, the lower triangle for an intercept and ${features} features`,
    )
  return values
}
