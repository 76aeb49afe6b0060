import { type GivingHistory, type GivingModel, givingTables, logHistory } from './bg-bb.ts'
import { type Fit, fit, refused, type Refused, refusedIfFew } from './fit.ts'

/** A history and how many have it; 1 where left out. */
export type CountedGiving = GivingHistory & Readonly<{ count?: number }>

/** Maximum likelihood; needs two years after the first gift, 20 gifts in them and 20 years without. */
export function fitGiving(histories: readonly CountedGiving[]): Fit<GivingModel> {
  const refusal = refusalOf(histories)
  if (refusal !== undefined) return refusal
  const cells = merged(histories)
  const model = ([alpha = 0, beta = 0, gamma = 0, delta = 0]: readonly number[]): GivingModel => ({
    kind: 'bg-bb',
    alpha,
    beta,
    gamma,
    delta,
  })
  return fit<GivingModel>({
    estimated: ['alpha', 'beta', 'gamma', 'delta'],
    model,
    logLikelihood: (parameters) => givingLogLikelihood(model(parameters), cells),
    starts: starts(),
    climbs: 8,
  })
}

export function givingLogLikelihood(model: GivingModel, histories: readonly CountedGiving[]): number {
  const tables = givingTables(model, mostYears(histories))
  return histories.reduce((sum, history) => sum + (history.count ?? 1) * logHistory(tables, history), 0)
}

/** Few people leave room for several stories: mixed habits, or two kinds of people. */
function starts(): readonly (readonly number[])[] {
  const sizes = [0.1, 1, 5]
  const shapes = (means: readonly number[]) => sizes.flatMap((size) => means.map((mean) => shape(mean, size)))
  return shapes([0.25, 0.5, 0.75]).flatMap((gives) => shapes([0.1, 0.3, 0.6]).map((stops) => [...gives, ...stops]))
}

function shape(mean: number, size: number): readonly number[] {
  return [mean * size, (1 - mean) * size]
}

function mostYears(histories: readonly CountedGiving[]): number {
  return histories.reduce((most, { years }) => Math.max(most, years), 0)
}

/** One for each that differs: some hundred at most, however many people. */
function merged(histories: readonly CountedGiving[]): readonly CountedGiving[] {
  const cells = new Map<string, CountedGiving>()
  for (const history of histories) {
    const key = `${history.years} ${history.gifts} ${history.lastYear}`
    cells.set(key, { ...history, count: (cells.get(key)?.count ?? 0) + (history.count ?? 1) })
  }
  return [...cells.values()].filter(({ count = 0 }) => count > 0)
}

function refusalOf(histories: readonly CountedGiving[]): Refused | undefined {
  for (const [i, history] of histories.entries()) {
    const wrong = impossible(history)
    if (wrong !== undefined) return refused('impossible-counts', `Giving history ${i + 1}: ${wrong}.`)
  }
  const total = (of: (history: CountedGiving) => number) =>
    histories.reduce((sum, history) => sum + of(history) * (history.count ?? 1), 0)
  const gifts = total((history) => history.gifts)
  const misses = total((history) => history.years - history.gifts)
  if (gifts + misses === 0) return refused('too-few', 'No year has passed since the first gifts.')
  if (gifts === 0) return refused('all-left', 'Nobody has ever given again: who will cannot be told.')
  if (misses === 0) return refused('all-stayed', 'Everybody gave every year: who will stop cannot be told.')
  if (mostYears(histories) < 2)
    return refused('too-short', 'One year after the first gift is too few: a pause and an end look the same.')
  return refusedIfFew(gifts, 'gifts after the first', 4) ?? refusedIfFew(misses, 'years without a gift', 4)
}

function impossible({ years, gifts, lastYear, count = 1 }: CountedGiving): string | undefined {
  if (!(Number.isFinite(count) && count >= 0)) return `count ${count} is not 0 or more`
  if (![years, gifts, lastYear].every((n) => Number.isInteger(n) && n >= 0))
    return `${years} years, ${gifts} gifts, the last in year ${lastYear}: not all are counts`
  if (lastYear > years) return `the last gift was in year ${lastYear} of ${years}`
  if (gifts > lastYear) return `${gifts} gifts by year ${lastYear}`
  if (gifts === 0 && lastYear > 0) return `a last gift in year ${lastYear} without gifts`
  return undefined
}
