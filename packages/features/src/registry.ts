import { autoRenew } from './auto-renew.ts'
import { belonging365, belonging90 } from './belonging.ts'
import { belongingSilence } from './belonging-silence.ts'
import { consumption30, consumption365 } from './consumption.ts'
import type { Feature } from './feature.ts'
import { freshDecision } from './fresh-decision.ts'
import { friction90 } from './friction.ts'
import { money365 } from './money.ts'
import { noTerm } from './no-term.ts'
import { overdue } from './overdue.ts'
import { paymentFailed } from './payment-failed.ts'
import { renewalWindow } from './renewal-window.ts'
import { silence } from './silence.ts'
import { tenure } from './tenure.ts'

/** Every feature, in model order. A model names those it uses. */
export const FEATURES: readonly Feature[] = [
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
]

const BY_NAME = new Map(FEATURES.map((feature) => [feature.name, feature]))

/** The feature of that name, or undefined. */
export function featureNamed(name: string): Feature | undefined {
  return BY_NAME.get(name)
}
