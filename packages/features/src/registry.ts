import type { Vocabulary } from '@perennial/member'
import { activity30, activity365, activity90 } from './activity.ts'
import { autoRenew } from './auto-renew.ts'
import { belonging365, belonging90 } from './belonging.ts'
import { belongingSilence } from './belonging-silence.ts'
import { consumption30, consumption365 } from './consumption.ts'
import { daysSinceActivity } from './days-since-activity.ts'
import type { Feature, FeatureOf } from './feature.ts'
import { freshDecision } from './fresh-decision.ts'
import { friction90 } from './friction.ts'
import { money365 } from './money.ts'
import { noTerm } from './no-term.ts'
import { openSums, signalOfOpenSum } from './open-sums.ts'
import { overdue } from './overdue.ts'
import { paymentFailed } from './payment-failed.ts'
import { renewalWindow } from './renewal-window.ts'
import { silence } from './silence.ts'
import { streams365 } from './streams-365.ts'
import { tenure } from './tenure.ts'

/** Every feature but those of single open signals, in model order. A model names those it uses. */
const REGISTRY: readonly (Feature | FeatureOf)[] = [
  consumption30,
  consumption365,
  belonging90,
  belonging365,
  money365,
  friction90,
  silence,
  belongingSilence,
  freshDecision,
  tenure,
  renewalWindow,
  overdue,
  paymentFailed,
  autoRenew,
  noTerm,
  activity30,
  activity90,
  activity365,
  daysSinceActivity,
  streams365,
]

/** The features of one deployment. */
export type Features = Readonly<{
  /** In model order; those of its open signals last. */
  list: readonly Feature[]
  named(name: string): Feature | undefined
  /** Why there is no feature of this name. */
  missing(name: string): string
}>

/** What can be said about members with these signals. */
export function featuresFor(vocabulary: Vocabulary): Features {
  const list = [
    ...REGISTRY.map((entry) => (typeof entry === 'function' ? entry(vocabulary) : entry)),
    ...openSums(vocabulary),
  ]
  const byName = new Map(list.map((feature) => [feature.name, feature]))
  return { list, named: (name) => byName.get(name), missing: (name) => missing(list, name) }
}

function missing(list: readonly Feature[], name: string): string {
  const signal = signalOfOpenSum(name)
  return signal === undefined
    ? `is no feature: ${name}. There are ${list.map((feature) => feature.name).join(', ')}`
    : missingSignal(signal)
}

/** What is said where an open signal is needed that the deployment does not have. */
export function missingSignal(signal: string): string {
  return `needs the signal ${signal}, which the signals file (PERENNIAL_SIGNALS) does not name`
}
