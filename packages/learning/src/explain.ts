import { type CandidateName } from './candidates.ts'
import { type ChosenModel } from './choose.ts'

type Counts = Readonly<{ n: number; lapses: number }>

/** Why a choice is as it is, in sentences for people who do not fit models. */
export const explain = { prior, model }

function prior({ n, lapses }: Counts, least: number): readonly string[] {
  const few = lapses < least ? `${count(lapses)} lapsed` : `${count(n - lapses)} stayed`
  return [
    `Only ${few} of ${count(n)} members, and a model of their differences needs at least ${least}: ten for each of its ` +
      'few weights, and enough to tell a good model from a bad one.',
    'The risk is that of the prior alone: the same for all members of the same year of membership.',
  ]
}

function model(choice: Omit<ChosenModel, 'explanation'>, best: CandidateName): readonly string[] {
  const { n, lapses, cutOffs } = choice
  return [
    `Learned from ${count(n)} members at ${cutOffs === 1 ? 'one cut-off' : `${cutOffs} cut-offs`}, of whom ` +
      `${count(lapses)} lapsed (${percent(lapses / n)}).`,
    judgedOn(choice),
    reasonFor(choice, best),
    ...notes(choice),
    ...choice.leftOut.map(({ name, reason }) => `Left out: ${name}, because ${reason}.`),
    ...fitNotes(choice),
    calibrationNote(choice),
  ]
}

function judgedOn({ heldBackBy, candidates, cutOffs }: Omit<ChosenModel, 'explanation'>): string {
  const held = count(candidates[0]?.heldBack?.n ?? 0)
  if (heldBackBy === 'later cut-offs')
    return `Candidates were judged on ${held} members at later cut-offs than those they had learned from.`
  const why = cutOffs === 1 ? 'there is one cut-off only' : 'no later cut-off has enough lapses to judge by'
  return (
    `Candidates were judged on ${held} members, held back in five turns, because ${why}: how they fare ` +
    'from one year to the next has not been seen, so differences had to be twice as clear.'
  )
}

function reasonFor({ name, candidates }: Omit<ChosenModel, 'explanation'>, best: CandidateName): string {
  const of = (wanted: CandidateName) => candidates.find((candidate) => candidate.name === wanted)
  const ranks = of(name)?.heldBack?.auc
  const how = ranks === undefined ? '' : ` (AUC ${ranks.auc.toFixed(3)} ± ${ranks.se.toFixed(3)} on those held back)`
  if (name === best) return `Chosen: ${name}${how}. No candidate did better, and none that comes before it as well.`
  const { difference, se } = of(name)?.versusBest ?? { difference: 0, se: 0 }
  const gap = `${difference.toFixed(4)} in log loss, with a standard error of ${se.toFixed(4)}`
  const simplest = `Chosen: ${name}${how}. The best was ${best}, but by no more than noise: ${gap}.`
  if (name === 'recency') return `${simplest} Nothing beat knowing how long a member has been silent.`
  if (name === 'base rate') return `${simplest} Nothing told who would lapse.`
  return `${simplest} Of candidates that do as well, the one that moves least from year to year is taken.`
}

function notes({ candidates }: Omit<ChosenModel, 'explanation'>): readonly string[] {
  return candidates.flatMap(({ name, note }) => (note === undefined ? [] : [`Not offered: ${name}, because ${note}.`]))
}

function fitNotes({ model }: Omit<ChosenModel, 'explanation'>): readonly string[] {
  if (model.kind === 'boosted') return []
  const { converged, separation } = model.fit
  const lines = model.dropped.map(({ name, reason }) => `Without weight: ${name}, because it is ${reason}.`)
  if (!converged) lines.push('The fit did not converge: do not use this model.')
  if (separation.kind !== 'none') {
    const by = separation.kind === 'quasi' && separation.columns.length > 0 ? ` (${separation.columns.join(', ')})` : ''
    lines.push(`A threshold told all who lapsed from all who did not${by}: does a column know the outcome?`)
  }
  return lines
}

function calibrationNote({ calibration, candidates }: Omit<ChosenModel, 'explanation'>): string {
  const how =
    calibration.kind === 'platt'
      ? `a line of slope ${calibration.slope.toFixed(2)}`
      : `a broken line of ${calibration.from.length} points`
  const held = count(candidates[0]?.heldBack?.n ?? 0)
  return (
    `Calibrated by ${how} on the same ${held} held-back members; the level is that of all cut-offs together, ` +
    'and a year that is unlike them will lie above or below it.'
  )
}

function count(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
