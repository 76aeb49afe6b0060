import { type Feature, featuresFor } from '@perennial/features'
import type { MemberView } from './member-view.ts'
import { HALF_LIVES_DAYS, signalSlot, type Vocabulary } from '@perennial/member'
import type { LedgerEntry } from '@perennial/runtime'

/** What moved a member's risk since the last alert. */
export type SinceAlert = Readonly<{
  alertedAt: string
  playbook: string
  riskThen: number
  riskNow: number
  /** Another model scored then: what it made of the same facts is part of the difference. */
  otherModel: boolean
  /** Log-odds now less log-odds then: the sum of `parts`, to the last bit. */
  difference: number
  /** Largest first; what did not move is left out. */
  parts: readonly Readonly<{
    feature: string
    words: string
    change: number
    /** Signals behind it that were seen since, the latest first. Without any, time has passed and nothing came. */
    facts: readonly Readonly<{ signal: string; label: string; lastAt: string }>[]
  }>[]
}>

type Seen = Pick<MemberView, 'risk' | 'timeline'>

/**
 * The difference between the risk that the latest alert was sent for and that of now, part by part, or undefined where
 * there was none. `ledger` is the member's, newest first.
 */
export function sinceAlert(view: Seen, ledger: readonly LedgerEntry[], vocabulary: Vocabulary): SinceAlert | undefined {
  const { risk } = view
  if (risk === null) return undefined
  const alert = ledger.find(({ decision, parts }) => decision === 'send' && parts !== undefined)
  if (alert?.parts === undefined) return undefined
  const then = new Map(Object.entries(alert.parts))
  const now = new Map(risk.contributions.map((part) => [part.feature, part]))
  const features = featuresFor(vocabulary)
  const alertedAt = new Date(alert.decidedAt).toISOString()
  const seen = view.timeline.filter(({ lastAt }) => lastAt > alertedAt)
  const parts = [...new Set([...then.keys(), ...now.keys()])].map((feature) => {
    const behind = signalsBehind(features.named(feature), vocabulary)
    return {
      feature,
      words: now.get(feature)?.words ?? features.named(feature)?.label ?? feature,
      change: (now.get(feature)?.contribution ?? 0) - (then.get(feature) ?? 0),
      facts: seen
        .filter(({ signal }) => behind.has(signal))
        .map(({ signal, label, lastAt }) => ({ signal, label, lastAt })),
    }
  })
  return {
    alertedAt,
    playbook: alert.playbook,
    riskThen: alert.lapseRisk,
    riskNow: risk.lapseRisk,
    otherModel: alert.modelId !== risk.model.id,
    difference: parts.reduce((sum, { change }) => sum + change, 0),
    parts: parts.filter(({ change }) => change !== 0).toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)),
  }
}

/** Features of whatever was done, of which the row keeps the latest of all signals, or looks at each. */
const OF_ANY = new Set(['silence', 'days_since_activity', 'streams_365'])

/** Names of the signals that a feature is made of. */
function signalsBehind(feature: Feature | undefined, { signals, engagement }: Vocabulary): ReadonlySet<string> {
  if (feature === undefined) return new Set()
  const { sum, elapsed, name } = feature
  const isBehind = (id: number): boolean => {
    if (OF_ANY.has(name)) return engagement[id] === 1
    if (sum !== undefined) return sum.signals.includes(id)
    return elapsed?.slots.includes(signalSlot(id) + HALF_LIVES_DAYS.length) === true
  }
  return new Set(signals.filter(({ id }) => isBehind(id)).map((signal) => signal.name))
}
